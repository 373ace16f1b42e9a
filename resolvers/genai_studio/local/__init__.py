"""Adapters for a studio on one machine: SQLite, files, a child process, and a signing key."""
