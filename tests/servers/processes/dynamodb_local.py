"""DynamoDB Local by AWS, with the transactions, conditions and streams of DynamoDB."""

from __future__ import annotations

from pathlib import Path

from tests.servers.processes.server import Launch, Server, free_ports, installed


def _launch(directory: Path) -> Launch:
    (port,) = free_ports(1)
    home = Path(installed("dynamodb-local", "DynamoDBLocal.jar")).parent
    command = [
        "java",
        "-Xmx512m",
        # The process runs for about a minute, so the optimizing compiler does not pay off.
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        f"-Djava.library.path={home / 'DynamoDBLocal_lib'}",
        "-jar",
        str(home / "DynamoDBLocal.jar"),
        *("-port", str(port)),
        "-sharedDb",
        "-inMemory",
        "-disableTelemetry",
    ]
    return Launch(command, f"http://127.0.0.1:{port}")


DYNAMODB_LOCAL = Server("dynamodb-local", _launch)
