"""Count the requests that a studio accepts per second, beside bare inserts into SQLite.

Clients submit generations over kept-alive connections. A request is accepted when its
record is synced to disk. The reference inserts rows of the same size into one SQLite
table, each in its own transaction with the same pragmas. Both run alternately on the
same disk. The studio accepts requests without processing them.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path

import httpx

from benchmarks.measurement import Measurement
from benchmarks.subscribers import PROGRAM, User, submit
from genai_studio.local.identity import LocalIdentity
from genai_studio.system_clock import SystemClock
from tests.serving.studio_process import StudioProcess

CLIENTS = (1, 16)
ROUNDS = 7
REQUESTS = 96
"""Requests of one round, of all clients together."""

ROW_BYTES = 1500


def measure() -> list[Measurement]:
    """Measure with each number of clients."""
    with tempfile.TemporaryDirectory() as directory:
        commits = Path(directory, "commits.txt")
        studio = StudioProcess(
            Path(directory),
            program=PROGRAM,
            COMMIT_TIMES=str(commits),
            GENAI_STUDIO_UNFINISHED_PER_USER=str(REQUESTS),
        )
        studio.start()
        connection = bare_table(Path(directory, "bare.sqlite3"))
        try:
            studio.until_ready()
            identity = LocalIdentity.open(Path(directory), SystemClock())
            return [
                asyncio.run(compare(studio, identity, connection, clients)) for clients in CLIENTS
            ]
        finally:
            connection.close()
            studio.close()


async def compare(
    studio: StudioProcess,
    identity: LocalIdentity,
    connection: sqlite3.Connection,
    clients: int,
) -> Measurement:
    accepted: list[float] = []
    inserted: list[float] = []
    async with httpx.AsyncClient(trust_env=False) as http:

        async def client(user: User) -> None:
            for _ in range(REQUESTS // clients):
                await submit(http, studio.url, user)

        for number in range(ROUNDS + 1):
            # The number of unfinished generations of a user is limited.
            user = User(identity.issue(f"user {clients} {number}", timedelta(days=1)))
            began = time.perf_counter()
            await asyncio.gather(*(client(user) for _ in range(clients)))
            accepted.append(REQUESTS / (time.perf_counter() - began))
            inserted.append(REQUESTS / insert(connection, REQUESTS))
    # The first round warms up connections and caches.
    ours, bare = statistics.median(accepted[1:]), statistics.median(inserted[1:])
    return Measurement(
        benchmark="submit",
        subject=f"requests accepted, {clients} client{'s' if clients > 1 else ''}",
        value=f"{ours:.0f}/s",
        reference=f"bare SQLite inserts: {bare:.0f}/s (higher is better)",
        ratio=ours / bare,
    )


def bare_table(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE record (id TEXT PRIMARY KEY, content BLOB NOT NULL)")
    return connection


def insert(connection: sqlite3.Connection, count: int) -> float:
    """Insert rows in one transaction each, and return the seconds."""
    content = bytes(ROW_BYTES)
    began = time.perf_counter()
    for _ in range(count):
        connection.execute("INSERT INTO record VALUES (?, ?)", (str(uuid.uuid4()), content))
    return time.perf_counter() - began
