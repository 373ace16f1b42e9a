"""What stands in the way, and what to do about it."""

from __future__ import annotations


class Problem(Exception):
    """Something that has to be done first.

    Attributes:
        what: For the operator.
        command: The next command to run.
    """

    def __init__(self, what: str, command: str) -> None:
        super().__init__(f"{what}\n    {command}")
        self.what = what
        self.command = command
