"""What a server for tests is, and where the installed ones lie."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]
INSTALLED = ROOT / ".venv-servers"

ACCESS_KEY = "TESTACCESSKEY"
SECRET_KEY = "test-secret-key"
REGION = "eu-central-1"
"""Every server takes these; SeaweedFS refuses any others, DynamoDB Local any key with a dash."""


class ServerMissing(Exception):
    """A server that tests need is not installed, or does not start."""


@dataclass(frozen=True)
class Launch:
    """How to start a server that is told apart from others by its ports.

    Attributes:
        command: The command line.
        url: Where it will answer.
        ready: Path under `url` that answers, whatever it says, once it can be used.
        environment: Beside that of the tests.
    """

    command: list[str]
    url: str
    ready: str = "/"
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Server:
    """A server by name.

    Attributes:
        launch: Makes the launch; given an empty directory for its data.
    """

    name: str
    launch: Callable[[Path], Launch]


def installed(*parts: str) -> str:
    """The path of an installed program or file.

    Raises:
        ServerMissing: It is not there.
    """
    path = INSTALLED.joinpath(*parts)
    if not path.exists():
        raise ServerMissing(
            f"{path.name} is not installed: run tests/servers/install.sh (`make setup` does),"
            " or pass --without-servers to skip what needs it."
        )
    return os.fspath(path)


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
