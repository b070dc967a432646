"""Pages that prepare what can go out, by topic."""
