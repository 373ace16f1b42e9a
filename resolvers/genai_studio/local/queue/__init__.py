"""The queue of the local worker, read from the records."""
