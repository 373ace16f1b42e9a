"""The local worker's queue, which is a query on the records."""
