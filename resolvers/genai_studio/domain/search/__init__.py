"""Which terms a prompt can be found by."""
