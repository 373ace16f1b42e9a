"""Temporary record tables in DynamoDB Local, created from the deployed definition."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.client import CONNECTIONS
from genai_studio.aws.records.postings import Postings
from genai_studio.aws.records.store import DynamoRecords
from genai_studio.domain.history import HistoryPage, HistoryQuery
from genai_studio.domain.identity import Owner
from genai_studio.ports import Change
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.processes.server import ROOT
from tests.servers.resources.change_stream import ChangeStreamReader

# CreateTable does not accept these parts. They need separate API calls.
_NOT_IN_CREATE_TABLE = ("TimeToLiveSpecification", "PointInTimeRecoverySpecification")


class PublishedRecords(DynamoRecords):
    """Records that index all pending changes before a search by text or board.

    On AWS a Lambda function reads the change stream. Here a search reads it first,
    so that it finds what the test stored.
    """

    def __init__(self, table: str) -> None:
        dynamodb = client("dynamodb", DYNAMODB_LOCAL)
        stream = dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
        calls = BlockingCalls("DynamoDB", CONNECTIONS)
        self.stream = ChangeStreamReader(client("dynamodbstreams", DYNAMODB_LOCAL), stream, calls)
        self.postings = Postings(dynamodb, table, calls)
        self._published: str | None = None
        super().__init__(dynamodb, table)

    async def page(self, owner: Owner, query: HistoryQuery) -> HistoryPage:
        if query.filter.text or query.filter.board:
            await self.publish()
        return await super().page(owner, query)

    async def changes(self, after: str | None, limit: int) -> Sequence[Change]:
        """See `ChangeFeed.changes`."""
        return tuple(stored.change for stored in await self.stream.after(after, limit))

    async def publish(self) -> None:
        """Process the change stream up to its end."""
        while stored := await self.stream.after(self._published, 1000):
            for one in stored:
                await self.postings.apply(one)
            self._published = stored[-1].change.position


@contextmanager
def records_table() -> Iterator[str]:
    """Create an empty table and yield its name. Delete it at the end."""
    dynamodb = client("dynamodb", DYNAMODB_LOCAL)
    definition = json.loads((ROOT / "infra" / "records-table.json").read_text("utf-8"))
    table = f"records-{uuid.uuid4().hex}"
    dynamodb.create_table(
        TableName=table,
        **{name: part for name, part in definition.items() if name not in _NOT_IN_CREATE_TABLE},
    )
    try:
        yield table
    finally:
        dynamodb.delete_table(TableName=table)
