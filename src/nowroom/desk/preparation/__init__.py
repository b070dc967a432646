"""The desk before it is live: assets, approvals, listening, settings."""
