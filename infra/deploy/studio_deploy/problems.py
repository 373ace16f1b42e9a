"""Problems that prevent a deployment, each with the command that helps."""

from __future__ import annotations


class Problem(Exception):
    """A condition that prevents the deployment.

    Attributes:
        message: What is wrong.
        command: The command to run next.
    """

    def __init__(self, message: str, command: str) -> None:
        super().__init__(f"{message}\n    {command}")
        self.message = message
        self.command = command
