"""Inference on this machine: a child process, or a server at a given URL."""
