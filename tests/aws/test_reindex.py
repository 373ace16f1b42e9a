"""Postings of earlier releases are replaced, across restarts and beside the publisher."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.client import CONNECTIONS
from genai_studio.aws.records import reindex
from genai_studio.aws.records.postings import Postings
from genai_studio.aws.records.reindex import Reindex
from genai_studio.aws.records.store import DynamoRecords
from genai_studio.domain.generation import Generation
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.domain.ids import new_id
from tests.builders import ALICE, BOB, a_generation, submit
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.resources.records_table import records_table

pytestmark = pytest.mark.anyio


@pytest.fixture
def table() -> Iterator[str]:
    with records_table() as created:
        yield created


@pytest.fixture
def records(table: str) -> DynamoRecords:
    return DynamoRecords(client("dynamodb", DYNAMODB_LOCAL), table)


def a_pass(table: str, dynamodb: Any = None) -> Reindex:
    """Return a pass over the table, as a new process creates it."""
    dynamodb = dynamodb or client("dynamodb", DYNAMODB_LOCAL)
    calls = BlockingCalls("DynamoDB", CONNECTIONS)
    return Reindex(dynamodb, table, calls, Postings(dynamodb, table, calls))


def sort_keys(table: str) -> list[str]:
    items = client("dynamodb", DYNAMODB_LOCAL).scan(TableName=table)["Items"]
    return [item["sk"]["S"] for item in items]


def put_term_of_first_release(table: str, generation: Generation, term: str) -> None:
    client("dynamodb", DYNAMODB_LOCAL).put_item(
        TableName=table,
        Item={"pk": {"S": generation.owner}, "sk": {"S": f"term#{term}#{generation.id}"}},
    )


async def found(records: DynamoRecords, text: str) -> list[str]:
    query = HistoryQuery(filter=HistoryFilter(text=text), first=10)
    return [one.request.prompt for one in (await records.page(ALICE, query)).items]


async def test_records_of_an_earlier_release_are_found(
    records: DynamoRecords, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindex, "PAGE", 3)
    for prompt in ("แมวส้มนอน", "un café", "a red apple"):
        stored = await submit(records, a_generation(prompt=prompt))
        put_term_of_first_release(table, stored, "old")
    await submit(records, a_generation(BOB, prompt="bob's apple"))
    board = new_id()
    await submit(records, a_generation(prompt="a blue car", boards=(board,)))

    # Each step runs in a new process, which continues where the last one stopped.
    steps = 1
    while not await a_pass(table).step():
        steps += 1

    assert steps > 2
    assert await found(records, "แมว") == ["แมวส้มนอน"]
    assert await found(records, "cafe") == ["un café"]
    assert await found(records, "app") == ["a red apple"]
    on_board = HistoryQuery(filter=HistoryFilter(board=board), first=10)
    assert [one.request.prompt for one in (await records.page(ALICE, on_board)).items] == [
        "a blue car"
    ]
    assert not [key for key in sort_keys(table) if key.startswith("term#")]


async def test_finished_pass_does_not_scan_again(records: DynamoRecords, table: str) -> None:
    assert await a_pass(table).step()
    await submit(records, a_generation(prompt="a red apple"))
    before = sort_keys(table)

    again = a_pass(table)
    assert await again.step()
    assert await again.step()

    assert sort_keys(table) == before


async def test_record_purged_during_a_step_leaves_no_terms(
    records: DynamoRecords, table: str
) -> None:
    stored = await submit(records, a_generation(prompt="a secret apple", boards=(new_id(),)))

    class Purging:
        """A client whose table loses a record after a scan has read it."""

        def __getattr__(self, name: str) -> Any:
            return getattr(client("dynamodb", DYNAMODB_LOCAL), name)

        def scan(self, **arguments: Any) -> Any:
            page = client("dynamodb", DYNAMODB_LOCAL).scan(**arguments)
            client("dynamodb", DYNAMODB_LOCAL).delete_item(
                TableName=table,
                Key={"pk": {"S": ALICE}, "sk": {"S": f"generation#{stored.id}"}},
            )
            return page

    while not await a_pass(table, Purging()).step():
        pass

    assert not [key for key in sort_keys(table) if key.startswith("term")]


async def test_unreadable_record_does_not_stop_the_pass(records: DynamoRecords, table: str) -> None:
    damaged = await submit(records, a_generation(prompt="a damaged apple"))
    await submit(records, a_generation(prompt="a red apple"))
    client("dynamodb", DYNAMODB_LOCAL).update_item(
        TableName=table,
        Key={"pk": {"S": ALICE}, "sk": {"S": f"generation#{damaged.id}"}},
        UpdateExpression="SET document = :damaged",
        ExpressionAttributeValues={":damaged": {"S": "{"}},
    )

    while not await a_pass(table).step():
        pass

    assert await found(records, "apple") == ["a red apple"]
