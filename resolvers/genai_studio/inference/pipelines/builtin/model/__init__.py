"""The networks of the built-in model and how they are sampled."""
