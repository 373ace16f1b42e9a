"""Networks of the built-in model, and its sampler."""
