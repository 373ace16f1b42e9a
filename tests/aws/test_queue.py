"""The SQS queue and its dead-letter queue: messages round-trip, and delays are capped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.aws.queue import messages
from genai_studio.aws.queue.dead_letters import DeadLetters
from genai_studio.aws.queue.job_queue import JobQueue
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import GenerationRef
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import new_id
from genai_studio.system_clock import SystemClock
from tests.builders import a_generation
from tests.servers.resources.work_queue import PIPELINE, WorkQueue, work_queue

pytestmark = pytest.mark.anyio


@pytest.fixture
def queues() -> Iterator[WorkQueue]:
    with work_queue() as created:
        yield created


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_message_round_trips(owner: str) -> None:
    ref = GenerationRef(Owner(owner), new_id())

    assert messages.decode(messages.encode(ref)) == ref


def test_pipe_template_produces_valid_message() -> None:
    ref = a_generation().ref
    body = PIPELINE["pipe"]["inputTemplate"]
    for path, value in (("dynamodb.Keys.pk.S", ref.owner), ("dynamodb.NewImage.id.S", ref.id)):
        body = body.replace(f"<$.{path}>", json.dumps(value))

    assert messages.decode(body) == ref


@given(
    st.text()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("id"), inner),
    ).map(json.dumps)
)
def test_decode_rejects_other_bodies(body: str) -> None:
    with pytest.raises(messages.InvalidMessage):
        messages.decode(body)


async def test_sent_message_names_its_generation(queues: WorkQueue) -> None:
    ref = a_generation().ref

    await queues.queue.send(ref)

    (record,) = queues.receive()["Records"]
    assert messages.decode(record["body"]) == ref


@pytest.mark.parametrize("after", [timedelta(seconds=-5), timedelta(), timedelta(days=1)])
async def test_delays_are_capped_to_sqs_limits(queues: WorkQueue, after: timedelta) -> None:
    await queues.queue.send(a_generation().ref, after)
    queues.put_text("other")
    receipt = next(iter(queues.receive()["Records"]))["receiptHandle"]
    await queues.queue.set_visibility_timeout(receipt, after)

    counted = queues.message_counts()
    assert counted["visible"] + counted["in_flight"] + counted["delayed"] == 2
    assert counted["delayed"] == (after > timedelta(minutes=1))


async def test_dead_letters_have_ref_and_sent_time(
    queues: WorkQueue,
) -> None:
    ref, before = a_generation().ref, SystemClock().now()
    for number in range(12):
        queues.put_dead(messages.encode(ref) if number else "no generation")

    letters = await queues.dead_letters.receive(50)

    assert [letter.ref for letter in letters].count(ref) == 11
    assert [letter.ref for letter in letters].count(None) == 1
    assert all(abs(letter.sent_at - before) < timedelta(minutes=1) for letter in letters)
    assert queues.message_counts()["dead"] == 0, "received messages must be invisible"
    await queues.dead_letters.release(letters)
    assert queues.message_counts()["dead"] == 12


async def test_missing_queue_raises_unavailable(queues: WorkQueue) -> None:
    missing_url = queues.url + "-missing"
    calls: list[Any] = [
        JobQueue(queues.sqs, missing_url).send(a_generation().ref),
        JobQueue(queues.sqs, missing_url).set_visibility_timeout("receipt", timedelta()),
        DeadLetters(queues.sqs, missing_url).receive(1),
    ]
    for call in calls:
        with pytest.raises(StudioUnavailable, match="SQS is unavailable"):
            await call
