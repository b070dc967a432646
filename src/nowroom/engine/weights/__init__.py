"""Trained weights and tables, made by scripts/train_models.py and scripts/train_term_shares.py."""
