"""The studio's image count over several items: never more than the limit, and all of it."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genai_studio.aws.records.studio_quota import REFRESH_SECONDS, SHARDED_FROM, Draw, StudioQuota
from genai_studio.aws.records.table import (
    STUDIO_OWNER,
    STUDIO_QUOTA_SHARDS,
    Item,
    quota_key,
    studio_quota_shards,
)
from genai_studio.domain.errors import QuotaExceeded

DAY = "2026-05-04"
SINGLE = quota_key(STUDIO_OWNER, DAY)
T = TypeVar("T")
PRESETS = {"single": SHARDED_FROM - 1, "sharded": SHARDED_FROM + 7}


def run(call: Coroutine[Any, Any, T]) -> T:
    """Run a call that never waits, without the cost of an event loop."""
    try:
        call.send(None)
    except StopIteration as returned:
        result: T = returned.value
        return result
    raise AssertionError("The call waits.")


class Counters:
    """The counters of the table in memory, with the conditions of a transaction."""

    def __init__(self) -> None:
        self.used: dict[str, int] = {}
        self.reads = 0
        self.now = 0.0

    def process(self) -> StudioQuota:
        """Return the code of one process."""
        return StudioQuota(cast("Any", self), lambda: self.now)

    async def batch(self, keys: Sequence[Item]) -> list[Item]:
        self.reads += 1
        names = [key["pk"]["S"] for key in keys]
        return [
            {"pk": {"S": name}, "used": {"N": str(self.used[name])}}
            for name in names
            if name in self.used
        ]

    def write(self, draws: Sequence[Draw]) -> bool:
        """Add all draws if each is within its limit."""
        names = [draw.key["pk"]["S"] for draw in draws]
        for name, draw in zip(names, draws, strict=True):
            if draw.limit is not None and self.used.get(name, 0) + draw.images > draw.limit:
                return False
        for name, draw in zip(names, draws, strict=True):
            self.used[name] = self.used.get(name, 0) + draw.images
        return True

    def submit(self, process: StudioQuota, images: int, limit: int | None) -> bool:
        """Count images as `DynamoRecords.submit` does. Returns whether they were accepted."""
        full = False
        while True:
            draws = self.draw(process, images, limit, full=full)
            if not draws:
                return False
            if self.write(draws):
                return True
            full = True

    def draw(
        self, process: StudioQuota, images: int, limit: int | None, *, full: bool = False
    ) -> Sequence[Draw]:
        """Return the draws, or nothing if the limit is used up."""
        try:
            return run(process.draw(DAY, images, limit, full=full))
        except QuotaExceeded:
            return ()

    @property
    def total(self) -> int:
        return sum(self.used.values())


@pytest.mark.parametrize("limit", PRESETS.values(), ids=PRESETS)
def test_the_whole_limit_can_be_used(limit: int) -> None:
    counters = Counters()
    process = counters.process()

    while counters.submit(process, 700, limit):
        continue
    assert limit - counters.total < 700
    while counters.submit(process, 1, limit):
        continue

    assert counters.total == limit


def test_a_request_larger_than_a_share_is_accepted() -> None:
    counters, limit = Counters(), SHARDED_FROM

    assert counters.submit(counters.process(), limit - 1, limit)
    assert not counters.submit(counters.process(), 2, limit)
    assert counters.submit(counters.process(), 1, limit)


@pytest.mark.parametrize("limit", PRESETS.values(), ids=PRESETS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_concurrent_processes_never_exceed_the_limit(limit: int, data: st.DataObject) -> None:
    """Draws of several processes are written late, in any order, between returns of quota."""
    counters = Counters()
    # An earlier release counted in one item.
    counters.used["*"] = data.draw(st.integers(limit - 4000, limit))
    processes = [counters.process() for _ in range(3)]
    pending: list[Sequence[Draw]] = []
    for _ in range(data.draw(st.integers(1, 30))):
        action = data.draw(st.sampled_from(("draw", "draw", "write", "release", "wait")))
        if action == "draw":
            process = processes[data.draw(st.integers(0, 2))]
            images = data.draw(st.sampled_from((1, 4, 500, 1000, 3000)))
            full = data.draw(st.booleans())
            if draws := counters.draw(process, images, limit, full=full):
                pending.append(draws)
            else:
                assert limit - counters.total < images
        elif action == "write" and pending:
            counters.write(pending.pop(data.draw(st.integers(0, len(pending) - 1))))
        elif action == "release" and counters.total > 0:
            shard = data.draw(st.sampled_from(studio_quota_shards(DAY)))["pk"]["S"]
            images = data.draw(st.integers(1, counters.total))
            counters.used[shard] = counters.used.get(shard, 0) - images
        else:
            counters.now += data.draw(st.sampled_from((1, REFRESH_SECONDS)))
        assert counters.total <= limit


def test_submits_without_a_limit_are_spread_and_read_nothing() -> None:
    counters = Counters()
    process = counters.process()

    for _ in range(64 * STUDIO_QUOTA_SHARDS):
        assert counters.submit(process, 1, None)

    assert len(counters.used) == STUDIO_QUOTA_SHARDS
    assert max(counters.used.values()) < 3 * 64
    assert counters.reads == 0


def test_a_large_limit_is_spread_and_read_once_per_interval() -> None:
    counters = Counters()
    process = counters.process()

    for _ in range(500):
        assert counters.submit(process, 1, 10**9)
    assert len(counters.used) == STUDIO_QUOTA_SHARDS
    assert counters.reads == 1

    counters.now += REFRESH_SECONDS
    assert counters.submit(process, 1, 10**9)
    assert counters.reads == 2


def test_a_small_limit_uses_the_counter_of_earlier_releases() -> None:
    counters = Counters()

    assert counters.submit(counters.process(), 3, 500)

    assert counters.used == {"*": 3}


@pytest.mark.parametrize(("before", "after"), [(500, None), (None, 500), (500, SHARDED_FROM)])
def test_a_changed_layout_counts_the_images_of_the_other(
    before: int | None, after: int | None
) -> None:
    counters = Counters()
    assert counters.submit(counters.process(), 400, before)
    limit = after or SHARDED_FROM

    assert not counters.submit(counters.process(), limit - 399, limit)
    assert counters.submit(counters.process(), limit - 400, limit)
    assert counters.total == limit


def test_a_lowered_sharded_limit_refuses_at_once() -> None:
    counters = Counters()
    assert counters.submit(counters.process(), 3 * SHARDED_FROM, 4 * SHARDED_FROM)

    assert not counters.submit(counters.process(), 1, 2 * SHARDED_FROM)


@pytest.mark.parametrize("limit", PRESETS.values(), ids=PRESETS)
def test_a_refusal_reports_the_images_left(limit: int) -> None:
    counters = Counters()
    process = counters.process()
    assert counters.submit(process, limit - 2, limit)

    with pytest.raises(QuotaExceeded, match=rf"This studio has 2 of {limit} images left"):
        run(process.draw(DAY, 3, limit, full=True))


def test_returned_quota_is_available_at_once() -> None:
    counters = Counters()
    process = counters.process()
    assert counters.submit(process, 500, 500)
    assert not counters.submit(process, 1, 500)

    counters.used[studio_quota_shards(DAY)[3]["pk"]["S"]] = -2

    assert counters.submit(process, 2, 500)
    assert not counters.submit(process, 1, 500)


def test_each_day_has_its_own_counters() -> None:
    keys = {key["sk"]["S"] for key in studio_quota_shards(DAY)}

    assert keys == {SINGLE["sk"]["S"]}
    assert not keys & {key["sk"]["S"] for key in studio_quota_shards("2026-05-05")}
