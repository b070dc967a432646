"""Bluesky, and any server that speaks AT Protocol."""
