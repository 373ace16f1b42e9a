"""Prompt the user for input."""

from __future__ import annotations

import getpass
import sys

from genai_studio.hosts.cli.output.failures import CommandFailed


def prompt_user(label: str, *, secret: bool) -> str:
    """Prompt on a terminal; otherwise read one line from standard input.

    Raises:
        CommandFailed: The input is empty.
    """
    if not sys.stdin.isatty():
        value = sys.stdin.readline().rstrip("\r\n")
    elif secret:
        value = getpass.getpass(f"{label}: ")
    else:
        sys.stderr.write(f"{label}: ")
        sys.stderr.flush()
        value = sys.stdin.readline().strip()
    if not value:
        raise CommandFailed(f"{label}: no input.")
    return value
