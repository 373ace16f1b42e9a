"""PyTorch networks of the model."""
