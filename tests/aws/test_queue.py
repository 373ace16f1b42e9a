"""The queue and its dead letters by SQS: what is sent is read again, limits are kept to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.aws.queue.dead_letters import DeadLetters
from genai_studio.aws.queue.queue import Queue, messages
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
    with work_queue() as made:
        yield made


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_what_is_written_is_read(owner: str) -> None:
    ref = GenerationRef(Owner(owner), new_id())

    assert messages.read(messages.write(ref)) == ref


def test_the_pipe_writes_what_is_read() -> None:
    ref = a_generation().ref
    body = PIPELINE["pipe"]["inputTemplate"]
    for path, value in (("dynamodb.Keys.pk.S", ref.owner), ("dynamodb.NewImage.id.S", ref.id)):
        body = body.replace(f"<$.{path}>", json.dumps(value))

    assert messages.read(body) == ref


@given(
    st.text()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("id"), inner),
    ).map(json.dumps)
)
def test_any_other_body_names_no_generation(body: str) -> None:
    with pytest.raises(messages.NoGeneration):
        messages.read(body)


async def test_a_message_names_its_generation(queues: WorkQueue) -> None:
    ref = a_generation().ref

    await queues.queue.send(ref)

    (record,) = queues.receive()["Records"]
    assert messages.read(record["body"]) == ref


@pytest.mark.parametrize("after", [timedelta(seconds=-5), timedelta(), timedelta(days=1)])
async def test_any_wait_is_cut_to_what_sqs_takes(queues: WorkQueue, after: timedelta) -> None:
    await queues.queue.send(a_generation().ref, after)
    queues.put_text("other")
    receipt = next(iter(queues.receive()["Records"]))["receiptHandle"]
    await queues.queue.hide(receipt, after)

    counted = queues.message_counts()
    assert counted["visible"] + counted["in_flight"] + counted["delayed"] == 2
    assert counted["delayed"] == (after > timedelta(minutes=1))


async def test_dead_letters_tell_what_they_named_and_when_they_were_sent(
    queues: WorkQueue,
) -> None:
    ref, before = a_generation().ref, SystemClock().now()
    for number in range(12):
        queues.put_dead(messages.write(ref) if number else "no generation")

    letters = await queues.dead_letters.look(50)

    assert [letter.ref for letter in letters].count(ref) == 11
    assert [letter.ref for letter in letters].count(None) == 1
    assert all(abs(letter.sent_at - before) < timedelta(minutes=1) for letter in letters)
    assert queues.message_counts()["dead"] == 0, "nobody else looks meanwhile"
    await queues.dead_letters.show_again(letters)
    assert queues.message_counts()["dead"] == 12


async def test_a_queue_that_is_not_there_is_unavailable(queues: WorkQueue) -> None:
    gone = queues.url + "-gone"
    calls: list[Any] = [
        Queue(queues.sqs, gone).send(a_generation().ref),
        Queue(queues.sqs, gone).hide("receipt", timedelta()),
        DeadLetters(queues.sqs, gone).look(1),
    ]
    for call in calls:
        with pytest.raises(StudioUnavailable, match="SQS cannot be used"):
            await call
