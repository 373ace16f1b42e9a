"""Sampling on worker threads: models, queue, progress, previews."""
