"""Measure the DynamoDB capacity of one image against the estimate of `genai-studio cost`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from genai_studio.cost.usage import READS_PER_IMAGE, RECORD_KB, WRITES_PER_IMAGE
from genai_studio.domain import state_machine
from genai_studio.domain.quota import QuotaLimits
from genai_studio.services.relay import Relay
from tests.builders import LEASE, NOON, ManualClock, a_generation, an_image, change, submit
from tests.fakes.events import FakeEvents
from tests.fakes.images import FakeImages
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.resources.records_table import PublishedRecords, records_table

pytestmark = pytest.mark.anyio

PROMPT = "a cottage by a lake in autumn, oil painting"


@contextmanager
def count_capacity(units: Counter[str]) -> Iterator[None]:
    """Make DynamoDB report the consumed capacity of each call, and add it to `units`."""
    events = client("dynamodb", DYNAMODB_LOCAL).meta.events

    def request_report(params: dict[str, Any], model: Any, **_: Any) -> None:
        if "ReturnConsumedCapacity" in model.input_shape.members:
            params["ReturnConsumedCapacity"] = "TOTAL"

    def add(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        for one in consumed if isinstance(consumed, list) else [consumed]:
            kind = "reads" if model.name in {"GetItem", "Query", "BatchGetItem"} else "writes"
            units[kind] += one["CapacityUnits"]

    events.register("provide-client-params.dynamodb", request_report)
    events.register("after-call.dynamodb", add)
    try:
        yield
    finally:
        events.unregister("provide-client-params.dynamodb", request_report)
        events.unregister("after-call.dynamodb", add)


async def test_one_image_stays_within_estimated_capacity() -> None:
    units: Counter[str] = Counter()
    with records_table() as table:
        records = PublishedRecords(table)
        relay = Relay(records, FakeImages(ManualClock()), FakeEvents())
        with count_capacity(units):
            # Submit, claim, extend the lease once, finish. The publisher handles each change.
            queued = await submit(records, a_generation(prompt=PROMPT), QuotaLimits(user=50))
            await records.get(queued.owner, queued.id)
            running = await change(records, queued, lambda it: state_machine.claim(it, NOON, LEASE))
            extended = await change(
                records,
                running,
                lambda it: state_machine.extend_lease(it, it.fence, NOON, LEASE),
            )
            await records.get(queued.owner, queued.id)
            await change(
                records,
                extended,
                lambda it: state_machine.succeed(it, it.fence, NOON, (an_image(it),)),
            )
            for stored in await records.stream.after(None, 100):
                await records.postings.apply(stored)
                await relay.process(stored.change)
        items = client("dynamodb", DYNAMODB_LOCAL).scan(TableName=table)["Items"]

    assert 0.5 * WRITES_PER_IMAGE <= units["writes"] <= WRITES_PER_IMAGE
    assert 0.1 * READS_PER_IMAGE <= units["reads"] <= READS_PER_IMAGE
    stored_kb = sum(len(str(item).encode()) for item in items) / 1000
    assert 0.3 * RECORD_KB <= stored_kb <= RECORD_KB
