"""Figures, each by one command; ratios within one run."""
