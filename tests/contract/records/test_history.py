"""The contract of `Records.page`: order, cursors, filters and the read budget."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genai_studio.domain import state_machine
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.generation import Generation, Status
from genai_studio.domain.history import HistoryFilter, HistoryPage, HistoryQuery
from genai_studio.domain.identity import Owner
from genai_studio.ports import Records
from tests.builders import (
    ALICE,
    BOB,
    LEASE,
    NOON,
    a_generation,
    a_request,
    an_edit,
    change,
    submit,
    succeeded,
)

pytestmark = pytest.mark.anyio

EVERYTHING = HistoryFilter()


async def page(
    records: Records,
    wanted: HistoryFilter = EVERYTHING,
    *,
    first: int = 10,
    after: str | None = None,
    owner: Owner = ALICE,
) -> HistoryPage:
    return await records.page(owner, HistoryQuery(filter=wanted, first=first, after=after))


async def read_all_pages(
    records: Records, wanted: HistoryFilter = EVERYTHING, *, first: int = 10, owner: Owner = ALICE
) -> list[Generation]:
    found: list[Generation] = []
    after: str | None = None
    while True:
        answer = await page(records, wanted, first=first, after=after, owner=owner)
        assert len(answer.items) <= first
        found.extend(answer.items)
        if not answer.has_next:
            return found
        assert answer.end is not None
        assert after is None or answer.end < after, "cursors must advance"
        after = answer.end


async def submit_all(records: Records, generations: Iterable[Generation]) -> list[Generation]:
    """Submit concurrently; return newest first."""
    stored = await asyncio.gather(*(submit(records, one) for one in generations))
    return sorted(stored, key=lambda one: one.id, reverse=True)


async def test_an_empty_history_is_an_empty_page(records: Records) -> None:
    assert await page(records) == HistoryPage((), None, has_next=False)


async def test_pages_are_sorted_newest_first(records: Records) -> None:
    expected = await submit_all(records, [a_generation() for _ in range(5)])

    answer = await page(records)

    assert list(answer.items) == expected
    assert not answer.has_next
    assert answer.end == expected[-1].id


async def test_the_order_is_by_id_not_by_time_of_storage(records: Records) -> None:
    made = [a_generation() for _ in range(6)]
    for one in (made[3], made[0], made[5], made[1], made[4], made[2]):
        await submit(records, one)

    assert await read_all_pages(records, first=2) == made[::-1]


async def test_has_next_is_exact_for_a_full_page(records: Records) -> None:
    expected = await submit_all(records, [a_generation() for _ in range(4)])

    first = await page(records, first=2)
    second = await page(records, first=2, after=first.end)

    assert (first.items, first.has_next) == (tuple(expected[:2]), True)
    assert (second.items, second.has_next) == (tuple(expected[2:]), False)


async def test_pages_contain_each_generation_once(records: Records) -> None:
    expected = await submit_all(records, [a_generation() for _ in range(23)])

    for first in (1, 5, 23, 100):
        assert await read_all_pages(records, first=first) == expected


async def test_new_generations_do_not_affect_later_pages(records: Records) -> None:
    expected = await submit_all(records, [a_generation() for _ in range(6)])
    first = await page(records, first=3)
    await submit(records, a_generation())

    second = await page(records, first=3, after=first.end)

    assert [*first.items, *second.items] == expected


async def test_pages_are_complete_during_concurrent_writes(records: Records) -> None:
    expected = await submit_all(records, [a_generation() for _ in range(30)])

    async def write() -> None:
        for _ in range(20):
            await submit(records, a_generation())

    async def favorite() -> None:
        for one in expected[::3]:
            await change(records, one, lambda it: state_machine.set_favorite(it, favorite=True))

    found, _, _ = await asyncio.gather(read_all_pages(records, first=4), write(), favorite())

    ids = [one.id for one in found]
    assert len(ids) == len(set(ids))
    assert [one for one in ids if one in {old.id for old in expected}] == [
        one.id for one in expected
    ]


async def test_a_cursor_is_valid_after_its_record_is_purged(records: Records) -> None:
    expected = await submit_all(records, [a_generation() for _ in range(4)])
    first = await page(records, first=2)
    await records.purge(expected[1])

    assert list((await page(records, first=5, after=first.end)).items) == expected[2:]


async def test_trash_and_history_are_separate(records: Records) -> None:
    kept, deleted = await submit_all(records, [a_generation(), a_generation()])
    trashed = await change(records, deleted, lambda it: state_machine.trash(it, NOON))

    assert await read_all_pages(records) == [kept]
    assert await read_all_pages(records, HistoryFilter(trashed=True)) == [trashed]


async def test_restored_records_return_to_their_position(records: Records) -> None:
    newest, middle, oldest = await submit_all(records, [a_generation() for _ in range(3)])
    trashed = await change(records, middle, lambda it: state_machine.trash(it, NOON))
    restored = await change(records, trashed, state_machine.restore)

    assert await read_all_pages(records) == [newest, restored, oldest]
    assert await read_all_pages(records, HistoryFilter(trashed=True)) == []


async def test_purged_records_are_not_listed(records: Records) -> None:
    stored = await submit(records, a_generation())
    marked = await change(records, stored, lambda it: state_machine.set_favorite(it, favorite=True))
    trashed = await change(records, marked, lambda it: state_machine.trash(it, NOON))
    await records.purge(trashed)

    assert await records.get(ALICE, stored.id) is None
    for wanted in (
        EVERYTHING,
        HistoryFilter(trashed=True),
        HistoryFilter(favorite=True),
        HistoryFilter(text="apple"),
        HistoryFilter(text="apple", trashed=True),
    ):
        assert await read_all_pages(records, wanted) == []


async def test_the_parent_filter_finds_children_beyond_one_read_budget(records: Records) -> None:
    parent = await submit(records, a_generation())
    first = await submit(records, a_generation(parent_id=parent.id))
    grandchild = await submit(records, a_generation(parent_id=first.id))
    second = await submit(records, a_generation(parent_id=parent.id, prompt="a pear"))
    anothers = await submit(records, a_generation(BOB, parent_id=parent.id))
    await submit_all(records, [a_generation() for _ in range(5)])

    children = HistoryFilter(parent_id=parent.id)
    assert await read_all_pages(records, children, first=1) == [second, first]
    assert await read_all_pages(records, HistoryFilter(parent_id=first.id)) == [grandchild]
    assert await read_all_pages(records, HistoryFilter(parent_id=second.id)) == []
    assert await read_all_pages(records, HistoryFilter(parent_id=parent.id, text="pear")) == [
        second
    ]
    assert await read_all_pages(records, children, owner=BOB) == [anothers]

    await records.purge(parent)
    assert await read_all_pages(records, children) == [second, first]


async def test_each_filter_matches_its_field(records: Records) -> None:
    apple = a_generation(prompt="a red apple", at=NOON - timedelta(days=2))
    pear = a_generation(request=a_request("a green pear", model="other"), at=NOON)
    await submit(records, apple)
    await submit(records, pear)
    apple = await change(records, apple, lambda it: state_machine.set_favorite(it, favorite=True))
    pear = await change(records, pear, lambda it: state_machine.claim(it, NOON, LEASE))

    yesterday = NOON - timedelta(days=1)
    expected = {
        HistoryFilter(favorite=True): [apple],
        HistoryFilter(favorite=False): [pear],
        HistoryFilter(model="other"): [pear],
        HistoryFilter(model="unknown"): [],
        HistoryFilter(statuses=(Status.RUNNING,)): [pear],
        HistoryFilter(statuses=(Status.RUNNING, Status.QUEUED)): [pear, apple],
        HistoryFilter(statuses=()): [],
        HistoryFilter(created_from=yesterday): [pear],
        HistoryFilter(created_before=yesterday): [apple],
        HistoryFilter(created_from=NOON): [pear],
        HistoryFilter(created_before=NOON): [apple],
        HistoryFilter(created_from=NOON + timedelta(microseconds=1)): [],
        HistoryFilter(created_before=NOON + timedelta(microseconds=1)): [pear, apple],
        HistoryFilter(created_before=datetime.max.replace(tzinfo=UTC)): [pear, apple],
        HistoryFilter(text="red", favorite=True): [apple],
        HistoryFilter(text="red", favorite=False): [],
        HistoryFilter(text="a", model="other", statuses=(Status.RUNNING,)): [pear],
    }
    for wanted, found in expected.items():
        assert await read_all_pages(records, wanted) == found, wanted


async def test_the_operation_filter_counts_records_without_one_as_text_to_image(
    records: Records,
) -> None:
    made = {
        operation: await submit(
            records,
            a_generation(request=a_request("a red apple", operation=operation, edit=an_edit())),
        )
        for operation in (Operation.INPAINT, Operation.UPSCALE)
    }
    text = await submit(records, a_generation(prompt="a red apple"))
    anothers = await submit(records, a_generation(BOB, request=made[Operation.INPAINT].request))
    inpaint, upscale = made[Operation.INPAINT], made[Operation.UPSCALE]

    expected: dict[tuple[Operation, ...], list[Generation]] = {
        (Operation.TEXT_TO_IMAGE,): [text],
        (Operation.INPAINT,): [inpaint],
        (Operation.UPSCALE, Operation.INPAINT): [upscale, inpaint],
        (Operation.OUTPAINT,): [],
        (): [],
    }
    for operations, found in expected.items():
        for words in (None, "apple"):
            wanted = HistoryFilter(operations=operations, text=words)
            assert await read_all_pages(records, wanted, first=1) == found, wanted
    only_inpaint = HistoryFilter(operations=(Operation.INPAINT,))
    assert await read_all_pages(records, only_inpaint, owner=BOB) == [anothers]


FILTERS = st.builds(
    HistoryFilter,
    text=st.sampled_from([None, "", "red", "apple red", "苹果", "果", "blue sky"]),
    statuses=st.none()
    | st.lists(st.sampled_from(list(Status)), unique=True, max_size=3).map(tuple),
    favorite=st.none() | st.booleans(),
    model=st.sampled_from([None, "builtin", "other"]),
    created_from=st.none() | st.sampled_from([NOON, NOON + timedelta(hours=3)]),
    created_before=st.none() | st.sampled_from([NOON, NOON + timedelta(hours=5)]),
    trashed=st.booleans(),
)

RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["a red apple", "blue sky", "一只红苹果", "red", "苹果 and sky"]),
        st.sampled_from(["builtin", "other"]),
        st.integers(0, 8),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=8,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(made=RECORDS, wanted=FILTERS, first=st.integers(1, 5))
async def test_all_pages_together_equal_the_filtered_records(
    records: Records,
    made: list[tuple[str, str, int, bool, bool, bool]],
    wanted: HistoryFilter,
    first: int,
) -> None:
    owner = Owner(str(uuid.uuid4()))
    stored = []
    for prompt, model, hours, finished, favorite, trashed in made:
        request = a_request(prompt, model=model)
        at = NOON + timedelta(hours=hours)
        one = await submit(records, a_generation(owner, request=request, at=at))
        if finished:
            one = await change(records, one, partial(succeeded, at=at))
        if favorite:
            one = await change(records, one, lambda it: state_machine.set_favorite(it, True))
        if trashed:
            one = await change(records, one, lambda it: state_machine.trash(it, NOON))
        stored.append(one)

    found = await read_all_pages(records, wanted, first=first, owner=owner)

    def matches_text(generation: Generation) -> bool:
        words = (wanted.text or "").split()
        return all(word in generation.request.prompt for word in words)

    expected = [one for one in stored if wanted.matches(one) and matches_text(one)]
    assert found == expected[::-1]


async def test_a_selective_filter_stops_at_the_read_budget(
    records: Records,
) -> None:
    oldest = a_generation(request=a_request("the needle", model="rare"))
    await submit(records, oldest)
    await submit_all(records, [a_generation(prompt="the hay") for _ in range(54)])

    for wanted in (HistoryFilter(model="rare"), HistoryFilter(text="the", model="rare")):
        query = HistoryQuery(filter=wanted, first=10, read_budget=50)
        short = await records.page(ALICE, query)
        assert short.items == ()
        assert short.has_next
        assert short.end is not None
        rest = await records.page(ALICE, replace(query, after=short.end))
        assert rest.items == (oldest,)
        assert not rest.has_next


async def test_the_queue_is_read_in_one_page_however_long_the_history_is(records: Records) -> None:
    waiting = await submit(records, a_generation())
    running = await change(
        records,
        await submit(records, a_generation()),
        lambda it: state_machine.claim(it, NOON, LEASE),
    )
    for _ in range(12):
        ended = await submit(records, a_generation())
        await change(records, ended, lambda it: state_machine.cancel(it, NOON))
    trashed = await submit(records, a_generation())
    await change(records, trashed, lambda it: state_machine.trash(it, NOON))
    await submit(records, a_generation(BOB))

    unfinished = (Status.QUEUED, Status.RUNNING)
    query = HistoryQuery(filter=HistoryFilter(statuses=unfinished), first=10, read_budget=5)
    queue = await records.page(ALICE, query)
    assert queue.items == (running, waiting)
    assert not queue.has_next
    first = await records.page(ALICE, replace(query, first=1))
    assert first.items == (running,)
    assert first.has_next
    assert (await records.page(ALICE, replace(query, first=1, after=first.end))).items == (waiting,)
    assert await read_all_pages(records, HistoryFilter(statuses=(Status.QUEUED,))) == [waiting]


async def test_a_cursor_of_another_owner_reveals_nothing(records: Records) -> None:
    alices = await submit(records, a_generation(ALICE))
    bobs = await submit(records, a_generation(BOB))

    assert await read_all_pages(records, owner=ALICE) == [alices]
    assert await read_all_pages(records, owner=BOB) == [bobs]
    across = await page(records, after=bobs.id, owner=ALICE)
    assert all(one.owner == ALICE for one in across.items)


async def test_a_saved_change_is_visible_in_the_next_page(records: Records) -> None:
    stored = await submit(records, a_generation())
    for _ in range(5):
        stored = await change(
            records, stored, lambda it: state_machine.set_favorite(it, not it.favorite)
        )
        assert (await page(records)).items == (stored,)


async def test_a_concurrently_replaced_record_appears_in_its_new_version(
    records: Records,
) -> None:
    stored = await submit(records, a_generation())
    newer = replace(stored, version=2, favorite=True)
    await records.save(stored, newer)

    assert (await page(records, HistoryFilter(favorite=True))).items == (newer,)
