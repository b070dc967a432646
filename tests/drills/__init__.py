"""Drills: many real processes on one database, with holds and deaths at random moments. Tests and `bench` run them."""
