"""What keeps a pipeline from being made."""

from __future__ import annotations


class PipelineUnavailable(Exception):
    """The model cannot be loaded; the message tells a person what to do about it."""
