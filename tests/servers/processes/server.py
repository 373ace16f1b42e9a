"""Definition of a test server, and the location of installed servers."""

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
"""Credentials and region for all servers.

SeaweedFS rejects any other credentials; DynamoDB Local rejects access keys with a dash.
"""


class ServerMissing(Exception):
    """A test server is not installed or does not start."""


@dataclass(frozen=True)
class Launch:
    """How to start a server on its own ports.

    Attributes:
        command: The command line.
        url: Base URL of the server.
        ready: Path below `url` that responds, with any status, once the server is ready.
        environment: Additional environment variables.
    """

    command: list[str]
    url: str
    ready: str = "/"
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Server:
    """A test server.

    Attributes:
        launch: Returns how to start the server, given an empty directory for its data.
    """

    name: str
    launch: Callable[[Path], Launch]


def installed(*parts: str) -> str:
    """Return the path of an installed program or file.

    Raises:
        ServerMissing: It is not installed.
    """
    path = INSTALLED.joinpath(*parts)
    if not path.exists():
        raise ServerMissing(
            f"{path.name} is not installed. Run `make setup` or tests/servers/install.sh,"
            " or pass --without-servers to skip the tests that need it."
        )
    return os.fspath(path)


def free_ports(count: int) -> list[int]:
    """Return different unused ports of the loopback interface."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
