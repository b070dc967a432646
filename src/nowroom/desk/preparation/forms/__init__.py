"""What people type on these pages, by topic."""
