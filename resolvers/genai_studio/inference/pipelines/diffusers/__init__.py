"""Stable Diffusion models through the diffusers library."""
