"""Check where stored images come from."""
