"""Parsing of AppSync's scalars."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from genai_studio.schema.scalars import parse_datetime


def test_converts_times_to_utc() -> None:
    assert parse_datetime("2026-11-23T10:30:00+02:00") == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-11-23T10:30:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-10:00",
    ],
)
def test_rejects_invalid_times(text: str) -> None:
    with pytest.raises(ValueError, match=r"[Tt]ime|years"):
        parse_datetime(text)
