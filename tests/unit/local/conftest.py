"""Fixtures: local records and a manual clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from genai_studio.local.records.store import LocalRecords
from tests.builders import ManualClock


@pytest.fixture
def records(tmp_path: Path) -> Iterator[LocalRecords]:
    opened = LocalRecords.open(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()
