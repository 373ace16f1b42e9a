"""What keeps a pipeline from being made, and an image from being handed out."""

from __future__ import annotations


class PipelineUnavailable(Exception):
    """The model cannot be loaded; the message tells a person what to do about it."""


class ContentFiltered(Exception):
    """The model's own safety checker held the image back."""
