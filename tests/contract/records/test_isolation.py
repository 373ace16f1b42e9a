"""Operations of one owner never read or change another owner's records."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import VersionConflict
from genai_studio.domain.generation import Generation
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import new_id
from genai_studio.ports import Records
from tests.builders import ALICE, BOB, NO_LIMITS, a_generation, a_key, submit

pytestmark = pytest.mark.anyio

UNKNOWN = Owner("99999999-ffff-4fff-8fff-ffffffffffff")
"""An owner without records."""


def as_owner(generation: Generation, owner: Owner) -> Generation:
    """Copy another owner's record with this owner."""
    return replace(generation, owner=owner)


Attempt = Callable[[Records, Generation, Owner], Awaitable[object]]

READS: dict[str, Attempt] = {
    "get": lambda records, bobs, me: records.get(me, bobs.id),
    "page": lambda records, bobs, me: _items(records, me, HistoryFilter()),
    "search": lambda records, bobs, me: _items(records, me, HistoryFilter(text="apple")),
    "board": lambda records, bobs, me: _items(records, me, HistoryFilter(board=bobs.boards[0])),
    "favorites": lambda records, bobs, me: _items(records, me, HistoryFilter(favorite=False)),
    "trash": lambda records, bobs, me: _items(records, me, HistoryFilter(trashed=True)),
    "quota": lambda records, bobs, me: records.quota_used(me, bobs.quota_day),
    "queue position": lambda records, bobs, me: records.queue_position(as_owner(bobs, me)),
}

WRITES: dict[str, Attempt] = {
    "save": lambda records, bobs, me: records.save(
        as_owner(bobs, me), state_machine.set_favorite(as_owner(bobs, me), favorite=True)
    ),
    "purge": lambda records, bobs, me: records.purge(as_owner(bobs, me)),
}


async def _items(records: Records, owner: Owner, wanted: HistoryFilter) -> tuple[Generation, ...]:
    return (await records.page(owner, HistoryQuery(filter=wanted, first=10))).items


@pytest.mark.parametrize("me", [ALICE, UNKNOWN], ids=["another user", "unknown user"])
@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
async def test_reads_return_nothing(records: Records, read: Attempt, me: Owner) -> None:
    bobs = await submit(records, a_generation(BOB, boards=(new_id(),)))
    if me == ALICE:
        mine = await submit(records, a_generation(ALICE, prompt="mine", quota_held=0))
        await records.purge(mine)

    assert not await read(records, bobs, me)


@pytest.mark.parametrize("me", [ALICE, UNKNOWN], ids=["another user", "unknown user"])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
async def test_writes_change_nothing(records: Records, write: Attempt, me: Owner) -> None:
    bobs = await submit(records, a_generation(BOB))
    if me == ALICE:
        await submit(records, a_generation(ALICE))

    with pytest.raises(VersionConflict):
        await write(records, bobs, me)

    assert await records.get(BOB, bobs.id) == bobs


async def test_idempotency_keys_are_per_owner(records: Records) -> None:
    bobs = await submit(records, a_generation(BOB))
    mine = a_generation(ALICE, client_request_id=bobs.client_request_id)

    submitted = await records.submit(mine, a_key(mine), NO_LIMITS)

    assert not submitted.replayed
    assert submitted.generation == mine


async def test_the_same_id_of_two_owners_is_two_records(records: Records) -> None:
    bobs = await submit(records, a_generation(BOB, prompt="bob's"))
    mine = await submit(records, a_generation(ALICE, id=bobs.id, prompt="alice's"))

    await records.purge(mine)

    assert await records.get(BOB, bobs.id) == bobs
    assert await _items(records, BOB, HistoryFilter(text="bob")) == (bobs,)


async def test_owners_are_compared_exactly(records: Records) -> None:
    stored = await submit(records, a_generation(Owner("Case-Sensitive")))

    assert await records.get(Owner("case-sensitive"), stored.id) is None
    assert await records.get(Owner("Case-Sensitive "), stored.id) is None
    assert await records.get(Owner("%"), stored.id) is None


@pytest.mark.parametrize("malformed", ["", "x", "../../etc", "0" * 36, "' OR 1=1 --", "\x00"])
async def test_a_malformed_id_finds_nothing(records: Records, malformed: str) -> None:
    await submit(records, a_generation())

    assert await records.get(ALICE, malformed) is None
