"""Compare GraphQL over HTTP with graphql-yoga and mercurius on kept-alive connections.

The studio is the real server process over its local store: it verifies a token and reads
SQLite for every request, and keeps verified tokens and signed links until they expire.
The references hold the same records in memory, accept every request and sign every link.
The responses are compared before they are measured. The servers take turns within one
run. Values are the tenth percentile, the requests that other processes of the machine
disturbed least.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.graphql_http.connection import (
    Connection,
    Timing,
    graphql_request,
    seconds_per_request,
)
from benchmarks.graphql_http.servers import Servers, running_servers
from benchmarks.measurement import Measurement
from tests.serving.wire_client import document

STUDIO = "studio"
CLIENTS = 16
ROUNDS = 12
REQUESTS = 40
"""Requests of one round on one connection."""
WARM_UP = 300
STALL_BOUND = 2.0
"""Time of a whole response divided by the time until its first byte. With Nagle's
algorithm and delayed acknowledgements it is about 10."""


@dataclass(frozen=True, slots=True)
class Request:
    name: str
    operation: str
    variables: Callable[[Servers], dict[str, Any]]
    bound: float | None


REQUEST_KINDS = (
    Request("1 item", "generations", lambda _: {"first": 1}, None),
    Request("24 items", "generations", lambda _: {"first": 24}, 0.9),
    Request("100 items", "generations", lambda _: {"first": 100}, 0.9),
    Request("one by ID", "generation", lambda servers: {"id": servers.newest}, 1.0),
)


def measure() -> list[Measurement]:
    """Measure every kind of request with one client and with many."""
    rows: list[Measurement] = []
    with tempfile.TemporaryDirectory() as directory, running_servers(Path(directory)) as servers:
        for kind in REQUEST_KINDS:
            query = document(kind.operation)
            request = graphql_request(query, kind.variables(servers), servers.token)
            connections = {
                name: [Connection(port, request) for _ in range(CLIENTS)]
                for name, port in servers.ports.items()
            }
            warm_up(connections)
            rows += one_client(kind, {name: many[0] for name, many in connections.items()})
            rows += many_clients(kind, connections)
            for connection in (one for many in connections.values() for one in many):
                connection.close()
    return rows


def warm_up(connections: dict[str, list[Connection]]) -> None:
    """Let JIT compilers see the request, and check that all responses are equal."""
    bodies: dict[str, Any] = {}
    for name, (connection, *_) in connections.items():
        connection.renew()
        for _ in range(WARM_UP):
            connection.timed()
        bodies[name] = without_origin(connection.body())
    for name, body in bodies.items():
        assert body == bodies[STUDIO], f"{name} responds differently."


def without_origin(body: object) -> object:
    """Drop scheme and host from links: those of the studio are absolute."""
    if isinstance(body, dict):
        return {name: without_origin(value) for name, value in body.items()}
    if isinstance(body, list):
        return [without_origin(item) for item in body]
    if isinstance(body, str) and body.startswith("http://localhost/"):
        return body.removeprefix("http://localhost")
    return body


def one_client(kind: Request, connections: dict[str, Connection]) -> list[Measurement]:
    timings: dict[str, list[Timing]] = {name: [] for name in connections}
    for _ in range(ROUNDS):
        for name, connection in connections.items():
            connection.renew()
            timings[name] += [connection.timed() for _ in range(REQUESTS)]
    ends = {name: [timing.end for timing in many] for name, many in timings.items()}
    rows = compare(f"{kind.name}, 1 client", kind.bound, ends)
    if kind.name == "1 item":
        first_bytes = [timing.first_byte for timing in timings[STUDIO]]
        rows.append(
            Measurement(
                benchmark="graphql_http",
                subject=f"{kind.name}, whole response",
                value=shown(ends[STUDIO]),
                reference=f"its first byte: {shown(first_bytes)}",
                ratio=least_disturbed(ends[STUDIO]) / least_disturbed(first_bytes),
                bound=STALL_BOUND,
            )
        )
    return rows


def many_clients(kind: Request, connections: dict[str, list[Connection]]) -> list[Measurement]:
    intervals: dict[str, list[float]] = {name: [] for name in connections}
    for _ in range(ROUNDS):
        for name, many in connections.items():
            for connection in many:
                connection.renew()
            intervals[name].append(seconds_per_request(many, max(REQUESTS // CLIENTS, 2)))
    return compare(f"{kind.name}, {CLIENTS} clients", None, intervals)


def compare(
    subject: str, bound: float | None, seconds: Mapping[str, Sequence[float]]
) -> list[Measurement]:
    return [
        Measurement(
            benchmark="graphql_http",
            subject=subject,
            value=shown(seconds[STUDIO]),
            reference=f"{name}: {shown(seconds[name])}",
            ratio=least_disturbed(seconds[STUDIO]) / least_disturbed(seconds[name]),
            bound=bound if name == "yoga" else None,
        )
        for name in seconds
        if name != STUDIO
    ]


def least_disturbed(seconds: Sequence[float]) -> float:
    """Return the tenth percentile."""
    return sorted(seconds)[len(seconds) // 10]


def shown(seconds: Sequence[float]) -> str:
    return f"{least_disturbed(seconds) * 1000:.2f} ms (p10)"
