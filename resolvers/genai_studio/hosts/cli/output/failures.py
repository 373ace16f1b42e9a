"""What a command says instead of a stack trace."""

from __future__ import annotations

import os
import sys
import traceback

from genai_studio.domain.errors import StudioError

TRACEBACK_VARIABLE = "GENAI_STUDIO_TRACEBACK"


class CommandFailed(Exception):
    """A command could not do what it was asked; the message is for people."""


def explained(error: Exception) -> str:
    """One line that says what went wrong and, where it is known, what to do."""
    if isinstance(error, CommandFailed | StudioError):
        return str(error)
    if isinstance(error, OSError):
        return _named(error)
    if os.environ.get(TRACEBACK_VARIABLE):
        traceback.print_exception(error)
    return (
        f"A bug in genai-studio: {type(error).__name__}{_place(error)}. "
        f"Set {TRACEBACK_VARIABLE}=1 to see more."
    )


def complain(message: str) -> None:
    """Write the one line, under the program's name."""
    sys.stderr.write(f"genai-studio: {message}\n")


def _named(error: OSError) -> str:
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "genai_studio" in frame.filename]
    if not own:
        return ""
    module = own[-1].filename.rpartition("genai_studio")[2].lstrip("/\\")
    return f" in {module}:{own[-1].lineno}"
