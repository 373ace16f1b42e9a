"""Each store of records, empty."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.records.adapters import ADAPTERS, RecordsWithFeed


@pytest.fixture(params=ADAPTERS)
async def records(request: Any, tmp_path: Path) -> AsyncIterator[RecordsWithFeed]:
    with ADAPTERS[request.param](tmp_path) as opened:
        yield opened
