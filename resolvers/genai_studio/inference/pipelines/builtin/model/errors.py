"""Errors of the built-in model's files."""

from __future__ import annotations

from genai_studio.inference.pipelines.errors import PipelineUnavailable


class WeightsCorrupted(PipelineUnavailable):
    """A file of the built-in model is missing or differs from the released file."""
