"""One-line error messages instead of tracebacks."""

from __future__ import annotations

import os
import sys
import traceback

from genai_studio.domain.errors import StudioError
from genai_studio.hosts.cli.output.terminal_text import escape_controls

TRACEBACK_VARIABLE = "GENAI_STUDIO_TRACEBACK"


class CommandFailed(Exception):
    """The command failed for an expected reason. The message is shown to the user."""


def describe_error(error: Exception) -> str:
    """Return one line that says what went wrong and, if known, what to do.

    The message of an unexpected exception is omitted, because it may contain secrets.
    """
    if isinstance(error, CommandFailed | StudioError):
        return str(error)
    if isinstance(error, OSError):
        return _describe_os_error(error)
    if os.environ.get(TRACEBACK_VARIABLE):
        traceback.print_exception(error)
    return (
        f"Internal error: {type(error).__name__}{_location(error)}. "
        f"Set {TRACEBACK_VARIABLE}=1 to print the traceback."
    )


def print_error(message: str) -> None:
    """Print an error message with the program's name to standard error."""
    lines = "\n".join(escape_controls(line) for line in message.split("\n"))
    sys.stderr.write(f"genai-studio: {lines}\n")


def _describe_os_error(error: OSError) -> str:
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."


def _location(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "genai_studio" in frame.filename]
    if not own:
        return ""
    module = own[-1].filename.rpartition("genai_studio")[2].lstrip("/\\")
    return f" in {module}:{own[-1].lineno}"
