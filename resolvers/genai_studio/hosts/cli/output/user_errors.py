"""The API's expected failures, in the words of the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from genai_studio.hosts.cli.output.failures import CommandFailed

_OPTIONS = {
    "prompt": "PROMPT",
    "negativePrompt": "--negative",
    "guidanceScale": "--guidance",
    "model": "--model",
    "width": "--width",
    "height": "--height",
    "steps": "--steps",
    "seed": "--seed",
    "count": "--count",
    "style": "--style",
}


def demand_none(payload: Mapping[str, Any]) -> None:
    """Nothing, where a mutation's payload names no `userErrors`.

    Raises:
        CommandFailed: It names some; each with the option that caused it.
    """
    errors: Sequence[Mapping[str, Any]] = payload["userErrors"]
    if errors:
        raise CommandFailed(" ".join(_said(error) for error in errors))


def _said(error: Mapping[str, Any]) -> str:
    field = error["path"][-1] if error["path"] else None
    option = _OPTIONS.get(field, field) if field else None
    return f"{option}: {error['message']}" if option else str(error["message"])
