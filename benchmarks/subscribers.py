"""Push one change to its owner's subscribers while thousands of WebSockets are open.

Every user has as many sockets as the host allows. In each round, one user submits a
generation, and the client waits until every socket of that user has received it. Times
start when SQLite has committed, and include the client's own work on the same machine.
In the last case, a quarter of the sockets subscribe and then never read.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import tempfile
import time
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.measurement import Measurement
from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.local.identity import LocalIdentity
from genai_studio.system_clock import SystemClock
from tests.serving.studio_process import StudioProcess
from tests.serving.wire_client import document

PROGRAM = "benchmarks.servers.accepting_studio"
PER_USER = AsgiOptions(version="").ws_max_connections_per_user
CASES = ((500, 0), (1000, 0), (2000, 0), (2000, 500))
"""Open sockets, and how many of them are stalled."""

ROUNDS = 100
CONCURRENT_HANDSHAKES = 50
TIMEOUT_SECONDS = 60.0
SETTLE_SECONDS = 1.0

MAX_FIRST_MILLISECONDS = 10.0
MAX_P99_MILLISECONDS = 250.0
MAX_KILOBYTES = 50.0
BOUNDED = 2000
"""Number of sockets to which the bounds apply."""


@dataclass(slots=True)
class User:
    """A user and the arrival times of the current round at the sockets that read."""

    token: str
    sockets: int = 0
    arrivals: list[float] = field(default_factory=list)
    complete: asyncio.Event = field(default_factory=asyncio.Event)

    def arrived(self) -> None:
        self.arrivals.append(time.monotonic())
        if len(self.arrivals) == self.sockets:
            self.complete.set()


@dataclass(frozen=True, slots=True)
class Figures:
    """Results of one case: seconds from the commit to sockets, and memory per socket."""

    first: Sequence[float]
    last: Sequence[float]
    all: Sequence[float]
    kilobytes: float


def measure() -> list[Measurement]:
    """Measure each case with a new studio."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return [row for sockets, stalled in CASES for row in rows(sockets, stalled)]


def rows(sockets: int, stalled: int) -> list[Measurement]:
    with tempfile.TemporaryDirectory() as directory:
        commits = Path(directory, "commits.txt")
        users = [User(token) for token in tokens(Path(directory), sockets // PER_USER)]
        studio = StudioProcess(
            Path(directory),
            program=PROGRAM,
            COMMIT_TIMES=str(commits),
            GENAI_STUDIO_UNFINISHED_PER_USER="1000",
        )
        studio.start()
        try:
            studio.until_ready()
            figures = asyncio.run(broadcast(studio, users, stalled, commits))
        finally:
            studio.close()
    name = f"{sockets:,} sockets" + (f", {stalled} stalled" if stalled else "")
    bounded = sockets == BOUNDED
    p99 = percentile(figures.all, 99) * 1000
    first = statistics.median(figures.first) * 1000
    return [
        limited("commit to first socket, p50", name, first, MAX_FIRST_MILLISECONDS, "ms", bounded),
        limited("commit to socket, p99", name, p99, MAX_P99_MILLISECONDS, "ms", bounded),
        Measurement(
            benchmark="subscribers",
            subject=f"commit to the user's last socket, {name}",
            value=f"p50 {statistics.median(figures.last) * 1000:.1f} ms, "
            f"p99 {percentile(figures.last, 99) * 1000:.1f} ms",
        ),
        limited("memory per socket", name, figures.kilobytes, MAX_KILOBYTES, "kB", bounded),
    ]


def limited(
    subject: str, case: str, value: float, limit: float, unit: str, bounded: bool
) -> Measurement:
    """Return a row whose ratio is the share of an absolute limit."""
    return Measurement(
        benchmark="subscribers",
        subject=f"{subject}, {case}",
        value=f"{value:.1f} {unit}",
        reference=f"limit: {limit:g} {unit}",
        ratio=value / limit,
        bound=1.0 if bounded else None,
    )


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def tokens(directory: Path, count: int) -> list[str]:
    identity = LocalIdentity.open(directory, SystemClock())
    return [identity.issue(f"user {number}", timedelta(days=1)) for number in range(count)]


async def broadcast(
    studio: StudioProcess, users: Sequence[User], stalled: int, commits: Path
) -> Figures:
    handshakes = asyncio.Semaphore(CONCURRENT_HANDSHAKES)
    stalled_per_user = stalled // len(users)
    async with AsyncExitStack() as stack, httpx.AsyncClient(trust_env=False) as http:
        await submit(http, studio.url, users[0])  # warms up
        before = resident_kilobytes(studio.pid)

        async def opened(user: User, reads: bool) -> None:
            async with handshakes:
                socket = await stack.enter_async_context(subscribed(studio.url, user.token))
            if reads:
                user.sockets += 1
                readers.append(asyncio.create_task(read(socket, user)))
            else:
                socket.transport.pause_reading()

        readers: list[asyncio.Task[None]] = []
        await asyncio.gather(
            *(opened(user, n >= stalled_per_user) for user in users for n in range(PER_USER))
        )
        memory = resident_kilobytes(studio.pid) - before
        for user in users:
            await until_subscribed(http, studio.url, user)
        first: list[float] = []
        last: list[float] = []
        everyone: list[float] = []
        for number in range(ROUNDS + len(users)):
            user = users[number % len(users)]
            user.arrivals.clear()
            user.complete.clear()
            await submit(http, studio.url, user)
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await user.complete.wait()
            began = newest(commits)
            if number >= len(users):  # the first round of each user warms up
                first.append(min(user.arrivals) - began)
                last.append(max(user.arrivals) - began)
                everyone += [arrival - began for arrival in user.arrivals]
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    return Figures(first, last, everyone, memory / (len(users) * PER_USER))


async def until_subscribed(http: httpx.AsyncClient, url: str, user: User) -> None:
    """Change something until all sockets of a user receive it.

    The host lets a user with many operations pause between them, so some subscriptions
    start after their connection has answered.
    """
    while not user.complete.is_set():
        user.arrivals.clear()
        await submit(http, url, user)
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                await user.complete.wait()


class subscribed:  # noqa: N801 - a context manager, used like a function
    """Open a WebSocket and subscribe to updates."""

    def __init__(self, url: str, token: str) -> None:
        self._connecting = connect(
            f"{url.replace('http', 'ws', 1)}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            proxy=None,
            compression=None,
            ping_interval=None,
            open_timeout=TIMEOUT_SECONDS,
            close_timeout=0.1,
        )
        self._token = token

    async def __aenter__(self) -> ClientConnection:
        socket = await self._connecting
        payload = {"Authorization": f"Bearer {self._token}"}
        query = {"query": document("generationUpdated"), "variables": {}}
        await exchange(socket, {"type": "connection_init", "payload": payload}, "connection_ack")
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": query}))
        # The server handles messages in order: a pong confirms the subscription.
        await exchange(socket, {"type": "ping"}, "pong")
        self._socket = socket
        return socket

    async def __aexit__(self, *_: object) -> None:
        self._socket.transport.abort()


async def exchange(socket: ClientConnection, message: dict[str, Any], answer: str) -> None:
    await socket.send(json.dumps(message))
    received = json.loads(await asyncio.wait_for(socket.recv(), TIMEOUT_SECONDS))
    assert received["type"] == answer, received


async def read(socket: ClientConnection, user: User) -> None:
    async for _ in socket:
        user.arrived()


async def submit(http: httpx.AsyncClient, url: str, user: User) -> None:
    requested = {"prompt": "a red apple", "clientRequestId": str(uuid.uuid4())}
    answer = await http.post(
        f"{url}/graphql",
        json={"query": document("generateImage"), "variables": {"input": requested}},
        headers={"Authorization": f"Bearer {user.token}"},
    )
    payload = answer.json()["data"]["generateImage"]
    assert payload["userErrors"] == [], payload


def newest(commits: Path) -> float:
    return float(commits.read_text("ascii").split()[-1])


def resident_kilobytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1000
