"""Each store of records, empty."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from genai_studio.ports import Records
from tests.contract.records.adapters import ADAPTERS


@pytest.fixture(params=ADAPTERS)
async def records(request: Any, tmp_path: Path) -> AsyncIterator[Records]:
    with ADAPTERS[request.param](tmp_path) as opened:
        yield opened
