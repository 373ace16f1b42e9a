"""Limits of an invocation, shared by the server and its callers."""

from __future__ import annotations

MIN_SIDE, MAX_SIDE, SIDE_STEP = 64, 2048, 8
"""Accepted width and height in pixels, of generated and of edited images."""

MAX_UPSCALED_SIDE, MAX_UPSCALED_PIXELS = 8192, 4096 * 4096
"""Limits of an upscaled image: width and height in pixels, and their product."""

MAX_BODY_BYTES = 24 * 1024 * 1024
"""Maximum size of a request: an incompressible image and mask of 2048 × 2048 pixels as base64.

SageMaker itself accepts at most 6,291,456 bytes for real-time inference, and 1 GB for
asynchronous inference.
"""
