"""Guarantees of `LocalRecords` beyond the contract: erasure and bounded growth."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from genai_studio.domain import state_machine
from genai_studio.local.records import change_feed, idempotency_keys, quota_counters
from genai_studio.local.records.store import (
    FILE,
    LocalRecords,
)
from tests.builders import (
    ALICE,
    NO_LIMITS,
    NOON,
    a_generation,
    a_key,
    a_request,
    change,
    submit,
)

pytestmark = pytest.mark.anyio


def on_disk(directory: Path) -> bytes:
    return b"".join(file.read_bytes() for file in directory.rglob("*") if file.is_file())


async def test_a_purge_erases_the_prompt_from_disk(records: LocalRecords, tmp_path: Path) -> None:
    secret = a_request("an unmistakable xylophone 独一无二", negative_prompt="zzyzx")
    stored = await submit(records, a_generation(request=secret))
    kept = await submit(records, a_generation(prompt="an ordinary apple"))
    for _ in range(3):
        stored = await change(
            records, stored, lambda it: state_machine.set_favorite(it, not it.favorite)
        )
    words = [word.encode() for word in ("unmistakable", "xylophone", "独一无二", "独一", "zzyzx")]
    assert all(word in on_disk(tmp_path) for word in words)

    await records.purge(stored)

    left = on_disk(tmp_path)
    assert not any(word in left for word in words)
    assert await records.get(ALICE, kept.id) == kept


async def test_the_next_write_scrubs_after_a_purge_during_a_long_read(
    records: LocalRecords, tmp_path: Path
) -> None:
    stored = await submit(records, a_generation(prompt="an unmistakable xylophone"))
    reader = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM generations").fetchone()
    await records.purge(stored)
    assert b"xylophone" in on_disk(tmp_path)
    reader.close()

    await submit(records, a_generation())

    assert b"xylophone" not in on_disk(tmp_path)


async def test_records_persist_after_reopening(tmp_path: Path) -> None:
    first = LocalRecords.open(tmp_path)
    stored = await submit(first, a_generation())
    await first.set_position("relay", (await first.changes(None, 1))[0].position)
    first.close()

    second = LocalRecords.open(tmp_path)
    replay = await second.submit(stored, a_key(stored), NO_LIMITS)
    position = await second.position("relay")
    rest = await second.changes(position, 10)
    second.close()

    assert replay.replayed
    assert replay.generation == stored
    assert position is not None
    assert rest == ()


async def test_an_unknown_reader_has_no_position(records: LocalRecords) -> None:
    assert await records.position("relay") is None


async def test_a_reader_position_is_updated(records: LocalRecords) -> None:
    await records.set_position("relay", "3")
    await records.set_position("relay", "7")
    await records.set_position("other", "5")

    assert await records.position("relay") == "7"
    assert await records.position("other") == "5"


async def test_old_changes_are_deleted_after_all_readers_have_read_them(
    records: LocalRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_feed, "KEPT", 3)
    monkeypatch.setattr(change_feed, "_TRIM_INTERVAL", 1)
    await records.set_position("quick", "8")
    await records.set_position("slow", "2")
    for _ in range(10):
        await submit(records, a_generation())

    assert [one.position for one in await records.changes(None, 20)] == [
        str(position) for position in range(3, 11)
    ]

    await records.set_position("slow", "10")
    await submit(records, a_generation())

    assert [one.position for one in await records.changes(None, 20)] == ["9", "10", "11"]


async def test_positions_are_never_reused(
    records: LocalRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_feed, "KEPT", 0)
    monkeypatch.setattr(change_feed, "_TRIM_INTERVAL", 2)
    await submit(records, a_generation())
    await submit(records, a_generation())
    assert await records.changes(None, 10) == ()

    await submit(records, a_generation())

    assert [one.position for one in await records.changes(None, 10)] == ["3"]


async def test_expired_idempotency_keys_are_deleted(records: LocalRecords) -> None:
    first = await submit(records, a_generation())
    later = NOON + idempotency_keys.KEPT + timedelta(seconds=1)
    await submit(records, a_generation(at=later))
    again = a_generation(client_request_id=first.client_request_id, at=later)

    assert not (await records.submit(again, a_key(again), NO_LIMITS)).replayed


async def test_old_quota_counters_are_deleted(records: LocalRecords) -> None:
    old = await submit(records, a_generation())
    await submit(records, a_generation(at=NOON + quota_counters.KEPT))
    assert await records.quota_used(ALICE, old.quota_day) == 1

    await submit(records, a_generation(at=NOON + quota_counters.KEPT + timedelta(days=1)))

    assert await records.quota_used(ALICE, old.quota_day) == 0


async def test_each_change_wakes_waiting_tasks(records: LocalRecords) -> None:
    count = records.changed.count
    stored = await submit(records, a_generation())
    await records.changed.wait(count)
    count = records.changed.count
    await records.purge(stored)
    await records.changed.wait(count)


async def test_the_data_directory_is_private(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "studio"
    LocalRecords.open(directory).close()

    assert directory.stat().st_mode & 0o077 == 0
