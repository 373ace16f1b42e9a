"""The model in the box: an emoji-style diffusion model that needs no download."""

from __future__ import annotations

from .errors import WeightsCorrupted
from .pipeline import BuiltinPipeline

__all__ = ["BuiltinPipeline", "WeightsCorrupted"]
