"""ministack as Amazon Cognito and SQS. It verifies SRP and signs tokens."""

from __future__ import annotations

from pathlib import Path

from tests.servers.processes.server import REGION, Launch, Server, free_ports, installed


def _launch(directory: Path) -> Launch:
    (port,) = free_ports(1)
    environment = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(directory),
    }
    return Launch(
        [installed("bin", "ministack")],
        f"http://127.0.0.1:{port}",
        "/_ministack/health",
        environment,
    )


MINISTACK = Server("ministack", _launch)
