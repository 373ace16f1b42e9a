"""Errors of pipelines."""

from __future__ import annotations


class PipelineUnavailable(Exception):
    """The model cannot be used. The message names the fault and the remedy."""


class ContentFiltered(Exception):
    """The model's safety checker blocked the image."""
