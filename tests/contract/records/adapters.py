"""Every store of records, each empty, under the same tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from genai_studio.local.records.store import LocalRecords
from genai_studio.ports import ChangeFeed, Records
from tests.fakes.records import FakeRecords
from tests.servers.resources.records_table import PublishedRecords, records_table


class RecordsWithFeed(Records, ChangeFeed, Protocol):
    """A record store and the feed of its changes."""


class Adapter(Protocol):
    def __call__(self, directory: Path) -> AbstractContextManager[RecordsWithFeed]: ...


@contextmanager
def local(directory: Path) -> Iterator[RecordsWithFeed]:
    records = LocalRecords.open(directory)
    try:
        yield records
    finally:
        records.close()


@contextmanager
def memory(directory: Path) -> Iterator[RecordsWithFeed]:
    yield FakeRecords()


@contextmanager
def aws(directory: Path) -> Iterator[RecordsWithFeed]:
    with records_table() as table:
        yield PublishedRecords(table)


ADAPTERS: dict[str, Adapter] = {
    "aws": aws,
    "local": local,
    "memory": memory,
}
