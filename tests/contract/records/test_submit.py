"""The contract of `Records.submit`: key, record and quota in one transaction."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import (
    IdempotencyConflict,
    NotFound,
    QuotaExceeded,
    TooManyUnfinished,
    VersionConflict,
)
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation
from genai_studio.domain.idempotency import ANY_FINGERPRINT, IdempotencyKey
from genai_studio.domain.quota import QuotaLimits
from genai_studio.ports import Records
from tests.builders import (
    ALICE,
    BOB,
    LEASE,
    NO_LIMITS,
    NOON,
    Step,
    a_generation,
    a_key,
    a_request,
    change,
    submit,
    succeeded,
)
from tests.contract.records.adapters import RecordsWithFeed

pytestmark = pytest.mark.anyio

FAILED = Failure(FailureCode.ENDPOINT_REJECTED, "No.", retryable=False)


async def test_a_submitted_record_is_read_back(records: Records) -> None:
    generation = a_generation()

    submitted = await records.submit(generation, a_key(generation), NO_LIMITS)

    assert submitted.generation == generation
    assert not submitted.replayed
    assert await records.get(ALICE, generation.id) == generation


@pytest.mark.parametrize(
    "prompt",
    [
        "一只红苹果，放在木桌上。水彩画",
        "👩‍🚀 an astronaut 👨‍👩‍👧‍👦 with a family",
        "Zoë’s naïve café — “quoted”; DROP TABLE generations; --",
        "line one\nline two\ttabbed \\ back/slash 'single' \"double\" %s {0} :owner ?",
        "e\u0301 is not \u00e9 to a careful store, nor \u200d invisible",
        "long " * 2000,
        "長" * 10_000,
    ],
    ids=["chinese", "emoji", "quotes", "escapes", "combining", "ten thousand", "ten thousand wide"],
)
async def test_any_prompt_is_stored_unchanged(records: Records, prompt: str) -> None:
    request = a_request(prompt, negative_prompt=prompt)
    generation = await submit(records, a_generation(request=request))

    read = await records.get(ALICE, generation.id)

    assert read is not None
    assert read.request.prompt == prompt
    assert read.request.negative_prompt == prompt


async def test_a_replay_returns_the_first_generation(records: Records) -> None:
    first = await submit(records, a_generation())
    again = a_generation(client_request_id=first.client_request_id)

    replay = await records.submit(again, a_key(again), NO_LIMITS)

    assert replay.replayed
    assert replay.generation == first
    assert await records.get(ALICE, again.id) is None


async def test_a_replay_returns_the_current_record(records: Records) -> None:
    first = await submit(records, a_generation())
    canceled = await change(records, first, lambda it: state_machine.cancel(it, NOON))

    replay = await records.submit(
        a_generation(client_request_id=first.client_request_id), a_key(first), NO_LIMITS
    )

    assert replay.generation == canceled


async def test_the_same_key_with_another_input_is_a_conflict(records: Records) -> None:
    first = await submit(records, a_generation())
    other = a_generation(client_request_id=first.client_request_id)

    with pytest.raises(IdempotencyConflict):
        await records.submit(other, a_key(other, fingerprint="0" * 64), NO_LIMITS)

    assert await records.get(ALICE, other.id) is None


async def test_two_owners_can_use_the_same_key(records: Records) -> None:
    alices = await submit(records, a_generation(ALICE, client_request_id="mine"))
    bobs = await submit(records, a_generation(BOB, client_request_id="mine"))

    assert alices.id != bobs.id
    assert await records.get(BOB, bobs.id) == bobs


async def test_concurrent_submits_with_one_key_create_one_generation(
    records: Records,
) -> None:
    key = IdempotencyKey("one key", "f" * 64)
    attempts = [a_generation(client_request_id="one key") for _ in range(100)]

    outcomes = await asyncio.gather(
        *(records.submit(attempt, key, NO_LIMITS) for attempt in attempts)
    )

    assert len({outcome.generation.id for outcome in outcomes}) == 1
    assert sum(not outcome.replayed for outcome in outcomes) == 1
    found = [await records.get(ALICE, attempt.id) for attempt in attempts]
    assert sum(one is not None for one in found) == 1
    assert await records.quota_used(ALICE, attempts[0].quota_day) == 1


async def test_a_key_is_kept_for_seven_days(records: Records) -> None:
    first = await submit(records, a_generation())
    almost = NOON + timedelta(days=6, hours=23)
    await submit(records, a_generation(at=almost))
    replay = a_generation(client_request_id=first.client_request_id, at=almost)

    assert (await records.submit(replay, a_key(replay), NO_LIMITS)).generation.id == first.id


async def test_a_replay_of_a_purged_generation_is_not_found(
    records: Records,
) -> None:
    first = await submit(records, a_generation())
    await records.purge(first)
    again = a_generation(client_request_id=first.client_request_id)

    with pytest.raises(NotFound):
        await records.submit(again, a_key(again), NO_LIMITS)

    assert await records.get(ALICE, again.id) is None


async def test_submitted_returns_the_generation_of_a_key(records: Records) -> None:
    generation = await submit(records, a_generation())
    key = a_key(generation)

    assert await records.submitted(ALICE, key, NOON) == generation
    assert await records.submitted(ALICE, key, NOON + timedelta(days=7)) == generation
    assert await records.submitted(BOB, key, NOON) is None
    assert await records.submitted(ALICE, replace(key, client_request_id="new"), NOON) is None
    unknown = replace(key, fingerprint=ANY_FINGERPRINT)
    assert await records.submitted(ALICE, unknown, NOON) == generation
    with pytest.raises(IdempotencyConflict):
        await records.submitted(ALICE, replace(key, fingerprint="another"), NOON)


async def test_submitted_of_a_purged_generation_is_not_found(records: Records) -> None:
    generation = await submit(records, a_generation())
    trashed = await change(records, generation, lambda it: state_machine.trash(it, NOON))
    await records.purge(trashed)

    with pytest.raises(NotFound):
        await records.submitted(ALICE, a_key(generation), NOON)


async def test_the_user_limit_counts_images_not_requests(records: Records) -> None:
    limits = QuotaLimits(user=5)
    await submit(records, a_generation(request=a_request(count=3)), limits)

    with pytest.raises(QuotaExceeded) as refused:
        await submit(records, a_generation(request=a_request(count=3)), limits)

    assert "5 images" in str(refused.value)
    assert "2 of 5 images left" in str(refused.value)
    assert await records.quota_used(ALICE, a_generation().quota_day) == 3
    await submit(records, a_generation(request=a_request(count=2)), limits)


async def test_a_submit_over_the_limit_stores_nothing(records: RecordsWithFeed) -> None:
    refused = a_generation(request=a_request(count=2))
    with pytest.raises(QuotaExceeded):
        await submit(records, refused, QuotaLimits(user=1))

    assert await records.get(ALICE, refused.id) is None
    assert await records.changes(None, 10) == ()
    assert not (await records.submit(refused, a_key(refused), NO_LIMITS)).replayed


async def test_a_replay_uses_no_quota(records: Records) -> None:
    limits = QuotaLimits(user=1)
    first = await submit(records, a_generation(), limits)

    replay = await records.submit(first, a_key(first), limits)

    assert replay.replayed
    assert await records.quota_used(ALICE, first.quota_day) == 1


async def test_the_studio_limit_is_shared_by_all_users(records: Records) -> None:
    limits = QuotaLimits(user=10, studio=3)
    await submit(records, a_generation(ALICE, request=a_request(count=2)), limits)
    await submit(records, a_generation(BOB), limits)

    with pytest.raises(QuotaExceeded, match="This studio"):
        await submit(records, a_generation(BOB), limits)


async def test_a_large_studio_limit_is_used_up_exactly(records: Records) -> None:
    """A store may split a large count over several counters, but not lose the exact limit."""
    limits = QuotaLimits(studio=20_000)
    large = await submit(records, a_generation(request=a_request(count=15_000)), limits)

    with pytest.raises(QuotaExceeded, match="This studio has 5000 of 20000 images left"):
        await submit(records, a_generation(BOB, request=a_request(count=5_001)), limits)
    await submit(records, a_generation(BOB, request=a_request(count=5_000)), limits)
    with pytest.raises(QuotaExceeded, match="This studio has 0 of 20000 images left"):
        await submit(records, a_generation(BOB), limits)
    await change(records, large, lambda it: state_machine.cancel(it, NOON))
    await submit(records, a_generation(request=a_request(count=15_000)), limits)


async def test_a_replay_is_accepted_after_the_studio_limit(records: Records) -> None:
    limits = QuotaLimits(studio=1)
    first = await submit(records, a_generation(), limits)

    assert (await records.submit(first, a_key(first), limits)).replayed


@pytest.mark.parametrize(("before", "after"), [(None, 5), (5, 20_000), (20_000, 5)])
async def test_a_changed_studio_limit_counts_the_whole_day(
    records: Records, before: int | None, after: int
) -> None:
    for _ in range(4):
        await submit(records, a_generation(), QuotaLimits(studio=before))
    limits = QuotaLimits(studio=after)

    with pytest.raises(QuotaExceeded, match=f"This studio has {after - 4} of {after} images left"):
        await submit(records, a_generation(request=a_request(count=after - 3)), limits)
    await submit(records, a_generation(request=a_request(count=after - 4)), limits)


async def test_each_day_has_its_own_counter(records: Records) -> None:
    limits = QuotaLimits(user=1)
    today = await submit(records, a_generation(), limits)
    tomorrow = await submit(records, a_generation(at=NOON + timedelta(days=1)), limits)

    assert await records.quota_used(ALICE, today.quota_day) == 1
    assert await records.quota_used(ALICE, tomorrow.quota_day) == 1


async def test_concurrent_submits_never_exceed_the_quota(
    records: Records,
) -> None:
    limits = QuotaLimits(user=7, studio=9)
    attempts = [a_generation(ALICE if turn % 2 else BOB) for turn in range(40)]

    outcomes = await asyncio.gather(
        *(submit(records, attempt, limits) for attempt in attempts), return_exceptions=True
    )

    accepted = [one for one in outcomes if not isinstance(one, BaseException)]
    refused = [one for one in outcomes if isinstance(one, BaseException)]
    assert len(accepted) == 9
    assert all(isinstance(one, QuotaExceeded) for one in refused)
    for owner in (ALICE, BOB):
        used = await records.quota_used(owner, attempts[0].quota_day)
        assert used == sum(one.owner == owner for one in accepted) <= 7


async def test_quota_used_is_zero_before_the_first_submit(records: Records) -> None:
    assert await records.quota_used(ALICE, "2026-05-04") == 0


async def test_the_parent_id_is_stored(records: Records) -> None:
    parent = await submit(records, a_generation())
    child = await submit(records, replace(a_generation(), parent_id=parent.id))

    read = await records.get(ALICE, child.id)

    assert read is not None
    assert read.parent_id == parent.id


async def test_unfinished_generations_of_a_user_are_limited(records: Records) -> None:
    limits = QuotaLimits(unfinished=2)
    queued = await submit(records, a_generation(), limits)
    running = await submit(records, a_generation(), limits)
    running = await change(records, running, lambda it: state_machine.claim(it, NOON, LEASE))
    refused = a_generation()

    with pytest.raises(TooManyUnfinished, match="at most 2 unfinished generations") as error:
        await submit(records, refused, limits)

    assert error.value.problems[0].path == ("input",)
    assert await records.get(ALICE, refused.id) is None
    assert await records.quota_used(ALICE, refused.quota_day) == 2
    await submit(records, a_generation(BOB), limits)
    assert (await records.submit(queued, a_key(queued), limits)).replayed


@pytest.mark.parametrize("end", ["succeed", "fail", "cancel", "trash", "purge"])
async def test_end_of_a_generation_makes_room_for_one_other(records: Records, end: str) -> None:
    limits = QuotaLimits(unfinished=1)
    before = await submit(records, a_generation(), limits)
    steps: dict[str, Step] = {
        "succeed": succeeded,
        "fail": lambda it: state_machine.fail(it, NOON, FAILED),
        "cancel": lambda it: state_machine.cancel(it, NOON),
        "trash": lambda it: state_machine.trash(it, NOON),
    }
    if end == "purge":
        await records.purge(before)
    else:
        before = await change(records, before, steps[end])
        before = await change(records, before, lambda it: state_machine.set_favorite(it, True))
        await records.purge(before)

    await submit(records, a_generation(), limits)
    with pytest.raises(TooManyUnfinished):
        await submit(records, a_generation(), limits)


async def test_unfinished_generations_are_counted_without_a_limit(records: Records) -> None:
    await submit(records, a_generation(), NO_LIMITS)

    with pytest.raises(TooManyUnfinished):
        await submit(records, a_generation(), QuotaLimits(unfinished=1))


async def test_concurrent_submits_and_ends_keep_the_count_exact(records: Records) -> None:
    limits = QuotaLimits(unfinished=3)
    stored = [await submit(records, a_generation(), limits) for _ in range(3)]

    async def end(generation: Generation) -> None:
        # Two processes may finish a generation; one of the writes conflicts.
        with suppress(VersionConflict):
            await records.save(generation, state_machine.cancel(generation, NOON))

    outcomes = await asyncio.gather(
        *map(end, [*stored[:2], *stored[:2]]),
        *(submit(records, a_generation(), limits) for _ in range(12)),
        return_exceptions=True,
    )
    refused = [one for one in outcomes if isinstance(one, BaseException)]
    assert all(isinstance(one, TooManyUnfinished) for one in refused)

    accepted = 3 - 2 + 12 - len(refused)
    assert accepted <= 3
    for _ in range(3 - accepted):
        await submit(records, a_generation(), limits)
    with pytest.raises(TooManyUnfinished):
        await submit(records, a_generation(), limits)
