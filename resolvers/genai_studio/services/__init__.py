"""What the product does, each file a thing it does: over domain and ports alone."""
