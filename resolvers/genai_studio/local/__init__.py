"""The adapters of a studio on one machine: SQLite, files, one process, a key pair."""
