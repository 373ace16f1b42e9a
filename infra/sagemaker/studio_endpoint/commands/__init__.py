"""One command per file, imported on use."""
