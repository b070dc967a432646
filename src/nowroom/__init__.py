"""Nowroom: what is heard acts on what is queued."""
