"""DynamoDB-specific behavior of the records: lost responses, expired keys, long terms, cost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session

from genai_studio.aws.records import studio_quota, table
from genai_studio.aws.records.idempotency_keys import RETENTION
from genai_studio.aws.records.store import DynamoRecords
from genai_studio.domain import state_machine
from genai_studio.domain.errors import QuotaExceeded, StudioUnavailable
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.domain.ids import new_id
from genai_studio.domain.quota import QuotaLimits
from tests.builders import (
    ALICE,
    BOB,
    LEASE,
    NO_LIMITS,
    NOON,
    a_generation,
    a_key,
    a_request,
    change,
    submit,
)
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.processes.running import url_of
from tests.servers.processes.server import ACCESS_KEY, REGION, ROOT, SECRET_KEY
from tests.servers.resources.records_table import PublishedRecords, records_table

pytestmark = pytest.mark.anyio

SECRET_PROMPT = "a confidential prompt"


@pytest.fixture
def name() -> Iterator[str]:
    with records_table() as created:
        yield created


@pytest.fixture
def records(name: str) -> PublishedRecords:
    return PublishedRecords(name)


class ResponseLosingClient:
    """A client that executes the first call of each operation and loses its response."""

    def __init__(self, *operations: str) -> None:
        self.lost: list[str] = []
        self._http = URLLib3Session()
        self.client: Any = boto3.session.Session().client(
            "dynamodb",
            endpoint_url=url_of(DYNAMODB_LOCAL),
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            config=Config(proxies={}, retries={"mode": "standard"}),
        )
        for operation in operations:
            self.client.meta.events.register(f"before-send.dynamodb.{operation}", self._send)

    def _send(self, request: Any, event_name: str, **_: Any) -> None:
        operation = event_name.rpartition(".")[2]
        if operation in self.lost:
            return
        self.lost.append(operation)
        assert self._http.send(request).status_code == 200
        raise ReadTimeoutError(endpoint_url=request.url)


async def test_save_recognizes_own_write_after_lost_response(name: str) -> None:
    losing = ResponseLosingClient("PutItem")
    records = DynamoRecords(losing.client, name)
    queued = await submit(records, a_generation())

    running = await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))

    assert losing.lost == ["PutItem"]
    assert await records.get(ALICE, queued.id) == running


async def test_submit_is_not_replayed_after_lost_response(name: str) -> None:
    losing = ResponseLosingClient("TransactWriteItems")
    records = DynamoRecords(losing.client, name)
    generation = a_generation()

    submitted = await records.submit(generation, a_key(generation), NO_LIMITS)

    assert losing.lost == ["TransactWriteItems"]
    assert not submitted.replayed
    assert await records.quota_used(ALICE, generation.quota_day) == 1


async def test_key_expires_before_ttl_deletes_it(
    records: PublishedRecords,
) -> None:
    first = await submit(records, a_generation())
    late = a_generation(client_request_id=first.client_request_id, at=NOON + RETENTION)

    submitted = await records.submit(late, a_key(late, fingerprint="0" * 64), NO_LIMITS)

    assert submitted.generation == late


async def test_request_above_daily_limit_is_rejected_on_empty_counter(
    records: PublishedRecords,
) -> None:
    with pytest.raises(QuotaExceeded, match="Your account has 5 of 5"):
        await submit(records, a_generation(request=a_request(count=8)), QuotaLimits(user=5))
    with pytest.raises(QuotaExceeded, match="This studio has 5 of 5"):
        await submit(records, a_generation(request=a_request(count=8)), QuotaLimits(studio=5))


async def test_concurrent_submits_of_one_key_create_one_generation(name: str) -> None:
    """One store serializes its transactions, so twelve stores stand for twelve processes."""
    processes = [DynamoRecords(client("dynamodb", DYNAMODB_LOCAL), name) for _ in range(12)]
    attempts = [a_generation(client_request_id="one key") for _ in processes]

    outcomes = await asyncio.gather(
        *(
            process.submit(attempt, a_key(attempt), NO_LIMITS)
            for process, attempt in zip(processes, attempts, strict=True)
        )
    )

    assert len({outcome.generation.id for outcome in outcomes}) == 1
    assert sum(not outcome.replayed for outcome in outcomes) == 1
    assert await processes[0].quota_used(ALICE, attempts[0].quota_day) == 1


async def test_concurrent_submits_never_exceed_quota(name: str) -> None:
    processes = [DynamoRecords(client("dynamodb", DYNAMODB_LOCAL), name) for _ in range(12)]
    limits = QuotaLimits(user=5, studio=9)

    outcomes = await asyncio.gather(
        *(
            submit(process, a_generation(ALICE if number % 2 else BOB), limits)
            for number, process in enumerate(processes)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(one, QuotaExceeded) for one in outcomes) == 3
    assert sum(not isinstance(one, BaseException) for one in outcomes) == 9


async def test_images_counted_by_an_earlier_release_count(
    records: PublishedRecords, name: str
) -> None:
    day = a_generation().quota_day
    client("dynamodb", DYNAMODB_LOCAL).put_item(
        TableName=name,
        Item={**table.quota_key(table.STUDIO_OWNER, day), "used": {"N": "19990"}},
    )
    limits = QuotaLimits(studio=20_000)

    with pytest.raises(QuotaExceeded, match="This studio has 10 of 20000"):
        await submit(records, a_generation(request=a_request(count=11)), limits)
    await submit(records, a_generation(request=a_request(count=10)), limits)
    with pytest.raises(QuotaExceeded, match="This studio has 0 of 20000"):
        await submit(records, a_generation(), limits)


async def test_processes_never_exceed_a_sharded_limit(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studio_quota, "SHARDED_FROM", 20)
    processes = [DynamoRecords(client("dynamodb", DYNAMODB_LOCAL), name) for _ in range(6)]
    attempts = [a_generation(request=a_request(count=1 + number % 3)) for number in range(36)]

    outcomes = await asyncio.gather(
        *(
            submit(processes[number % 6], attempt, QuotaLimits(studio=40))
            for number, attempt in enumerate(attempts)
        ),
        return_exceptions=True,
    )

    accepted = [one for one in outcomes if not isinstance(one, BaseException)]
    refused = [one for one in outcomes if isinstance(one, BaseException)]
    assert all(isinstance(one, QuotaExceeded) for one in refused)
    assert 38 <= sum(one.request.count for one in accepted) <= 40
    assert await processes[0].quota_used(ALICE, attempts[0].quota_day) == sum(
        one.request.count for one in accepted
    )
    for _ in range(40 - sum(one.request.count for one in accepted)):
        await submit(processes[0], a_generation(), QuotaLimits(studio=40))
    with pytest.raises(QuotaExceeded):
        await submit(processes[0], a_generation(), QuotaLimits(studio=40))


async def test_sweeper_finds_records_of_an_earlier_release(
    records: PublishedRecords, name: str
) -> None:
    running = []
    for lease in (LEASE, LEASE * 2, LEASE * 3):
        queued = await submit(records, a_generation())
        running.append(
            await change(records, queued, partial(state_machine.claim, now=NOON, lease=lease))
        )
    client("dynamodb", DYNAMODB_LOCAL).update_item(
        TableName=name,
        Key=table.generation_key(ALICE, running[1].id),
        UpdateExpression="SET #due = :due",
        ExpressionAttributeNames={"#due": "due"},
        ExpressionAttributeValues={":due": {"S": "due"}},
    )

    found = await records.due(NOON + LEASE * 3, 10)

    assert found == tuple(one.ref for one in running)


def test_due_records_are_spread_over_all_partitions() -> None:
    partitions = {table.due_partition(new_id()) for _ in range(64 * table.DUE_PARTITIONS)}

    assert partitions | {"due"} == set(table.due_partitions())


async def test_search_finds_term_longer_than_key_limit(records: PublishedRecords) -> None:
    word = "supercalifragilistic" * 100
    stored = await submit(records, a_generation(prompt=f"a {word} apple"))
    wanted = HistoryFilter(text=f"{word} apple")

    assert (await records.page(ALICE, HistoryQuery(filter=wanted, first=5))).items == (stored,)


async def test_purge_deletes_all_traces_of_prompt(records: PublishedRecords, name: str) -> None:
    stored = await submit(records, a_generation(prompt=SECRET_PROMPT))
    await records.publish()
    await records.purge(stored)
    await records.publish()

    remaining = client("dynamodb", DYNAMODB_LOCAL).scan(TableName=name)["Items"]

    kept = {item["sk"]["S"].partition("#")[0] for item in remaining}
    assert kept == {"key", "quota", "unfinished"}
    assert not any("ids" in item for item in remaining)
    assert not any(word in json.dumps(remaining) for word in SECRET_PROMPT.split() if len(word) > 2)


async def test_applying_changes_twice_is_idempotent(records: PublishedRecords, name: str) -> None:
    remaining = await submit(records, a_generation(prompt="a red apple"))
    await records.purge(await submit(records, a_generation(prompt="a red pear")))
    everything = await records.stream.after(None, 100)

    for _ in range(2):
        for stored in everything:
            await records.postings.apply(stored)

    items = client("dynamodb", DYNAMODB_LOCAL).scan(TableName=name)["Items"]
    words = {item["sk"]["S"] for item in items if item["sk"]["S"].startswith("term2#")}
    terms = ("a", "r", "re", "red", "ap", "app", "appl", "apple")
    assert words == {f"term2#{term}#{remaining.id}" for term in terms}


@pytest.mark.parametrize("text", [None, "apple"], ids=["history", "search"])
async def test_unreadable_record_does_not_hide_others(
    records: PublishedRecords, name: str, text: str | None
) -> None:
    first, damaged, last = [await submit(records, a_generation()) for _ in range(3)]
    await records.publish()
    client("dynamodb", DYNAMODB_LOCAL).update_item(
        TableName=name,
        Key=table.generation_key(ALICE, damaged.id),
        UpdateExpression="SET document = :damaged",
        ExpressionAttributeValues={":damaged": {"S": '{"schema": 2}'}},
    )

    page = await records.page(ALICE, HistoryQuery(filter=HistoryFilter(text=text), first=5))

    assert page.items == (last, first)
    changes = await records.changes(None, 10)
    assert [one.ref.id for one in changes] == [first.id, damaged.id, last.id]


async def test_missing_table_error_does_not_quote_request() -> None:
    records = DynamoRecords(client("dynamodb", DYNAMODB_LOCAL), "no-such-table")

    with pytest.raises(StudioUnavailable, match="ResourceNotFoundException") as missing:
        await submit(records, a_generation(prompt=SECRET_PROMPT))

    assert SECRET_PROMPT not in str(missing.value)
    assert missing.value.__cause__ is None
    assert missing.value.__suppress_context__


async def test_page_cost_is_independent_of_history_length(
    records: PublishedRecords, name: str
) -> None:
    async def cost() -> float:
        read: list[float] = []
        dynamodb = client("dynamodb", DYNAMODB_LOCAL)

        def request_report(params: Any, **_: Any) -> None:
            params["ReturnConsumedCapacity"] = "TOTAL"

        def add(parsed: Any, **_: Any) -> None:
            read.append(parsed["ConsumedCapacity"]["CapacityUnits"])

        event = "dynamodb.Query"
        dynamodb.meta.events.register(f"before-parameter-build.{event}", request_report, "ask")
        dynamodb.meta.events.register(f"after-call.{event}", add, "add")
        try:
            page = await records.page(ALICE, HistoryQuery(filter=HistoryFilter(), first=10))
        finally:
            dynamodb.meta.events.unregister(
                f"before-parameter-build.{event}", request_report, "ask"
            )
            dynamodb.meta.events.unregister(f"after-call.{event}", add, "add")
        assert len(page.items) == 10
        return sum(read)

    for _ in range(12):
        await submit(records, a_generation())
    short = await cost()
    for _ in range(60):
        await submit(records, a_generation(at=NOON + timedelta(minutes=1)))

    assert await cost() == short


def test_table_definition_has_required_indexes() -> None:
    definition = json.loads((ROOT / "infra" / "records-table.json").read_text("utf-8"))

    assert {index["IndexName"] for index in definition["GlobalSecondaryIndexes"]} == {
        table.LISTS_INDEX,
        table.DUE_INDEX,
    }
    assert definition["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert definition["TimeToLiveSpecification"]["AttributeName"] == "expiresAt"
