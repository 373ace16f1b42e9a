"""IDs and the time in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from genai_studio.domain.ids import id_time, is_id, new_id, new_id_at


def test_ids_are_increasing() -> None:
    ids = [new_id() for _ in range(2000)]

    assert ids == sorted(set(ids))


def test_is_id_accepts_new_ids() -> None:
    assert is_id(new_id())


@pytest.mark.parametrize(
    "time",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2026, 5, 4, 12, 0, 0, 123000, tzinfo=UTC),
        datetime(2400, 1, 1, tzinfo=UTC),
    ],
)
def test_an_id_contains_its_time(time: datetime) -> None:
    made = new_id_at(time)

    assert is_id(made)
    assert id_time(made) == time


def test_a_new_id_contains_the_current_time() -> None:
    assert abs(id_time(new_id()) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_forged_time_after_the_year_9999_overflows() -> None:
    with pytest.raises(OverflowError):
        id_time("ffffffff-ffff-7000-8000-000000000000")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "01A20993-8632-7418-8A8F-60AF84C19624",
        "01a20993-8632-4418-8a8f-60af84c19624",
        "01a20993-8632-7418-0a8f-60af84c19624",
        "01a2099386327418-8a8f-60af84c19624",
        "01a20993-8632-7418-8a8f-60af84c19624\n",
        "../../../../../../../../../../etc/pwd",
        "０1a20993-8632-7418-8a8f-60af84c19624",
    ],
)
def test_is_id_rejects_other_text(text: str) -> None:
    assert not is_id(text)
