"""Report the `userErrors` of a mutation in terms of command-line options."""

from __future__ import annotations

from collections.abc import Iterable

from genai_studio.hosts.cli.client.api_types import UserError
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


def raise_user_errors(errors: Iterable[UserError]) -> None:
    """Raise if there are errors.

    Raises:
        CommandFailed: The messages, each with the option that caused it.
    """
    messages = [_message(error) for error in errors]
    if messages:
        raise CommandFailed(" ".join(messages))


def _message(error: UserError) -> str:
    if not error.path:
        return error.message
    field = str(error.path[-1])
    return f"{_OPTIONS.get(field, field)}: {error.message}"
