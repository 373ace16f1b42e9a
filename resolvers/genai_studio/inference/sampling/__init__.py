"""Sampling on worker threads: models, queue slots, progress, previews."""
