"""The built-in model: an emoji-style diffusion model that ships with the package."""

from __future__ import annotations

from genai_studio.inference.pipelines.builtin.model.errors import WeightsCorrupted
from genai_studio.inference.pipelines.builtin.pipeline import BuiltinPipeline

__all__ = ["BuiltinPipeline", "WeightsCorrupted"]
