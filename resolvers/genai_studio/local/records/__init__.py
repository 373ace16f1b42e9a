"""`ports.Records` in one SQLite database."""
