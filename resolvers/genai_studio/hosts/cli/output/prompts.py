"""Questions to whoever runs a command."""

from __future__ import annotations

import getpass
import sys

from genai_studio.hosts.cli.output.failures import CommandFailed


def ask(what: str, *, secret: bool) -> str:
    """What they type, at a terminal; the next line of standard input elsewhere.

    Raises:
        CommandFailed: There is no answer.
    """
    if not sys.stdin.isatty():
        answer = sys.stdin.readline().rstrip("\r\n")
    elif secret:
        answer = getpass.getpass(f"{what}: ")
    else:
        sys.stderr.write(f"{what}: ")
        sys.stderr.flush()
        answer = sys.stdin.readline().strip()
    if not answer:
        raise CommandFailed(f"{what}: there is no answer.")
    return answer
