"""Every store of boards, each empty, under the same tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from genai_studio.aws.boards import DynamoBoards
from genai_studio.local.boards import LocalBoards
from genai_studio.local.records.store import LocalRecords
from genai_studio.ports import BoardStore
from tests.fakes.boards import FakeBoards
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.resources.records_table import records_table


@contextmanager
def aws(directory: Path) -> Iterator[BoardStore]:
    with records_table() as table:
        yield DynamoBoards(client("dynamodb", DYNAMODB_LOCAL), table)


@contextmanager
def local(directory: Path) -> Iterator[BoardStore]:
    records = LocalRecords.open(directory)
    try:
        yield LocalBoards(records.database)
    finally:
        records.close()


@contextmanager
def memory(directory: Path) -> Iterator[BoardStore]:
    yield FakeBoards()


Adapter = Callable[[Path], AbstractContextManager[BoardStore]]

ADAPTERS: dict[str, Adapter] = {"aws": aws, "local": local, "memory": memory}
