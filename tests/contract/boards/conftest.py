"""Each store of boards, empty."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from genai_studio.ports import BoardStore
from tests.contract.boards.adapters import ADAPTERS


@pytest.fixture(params=ADAPTERS)
async def store(request: Any, tmp_path: Path) -> AsyncIterator[BoardStore]:
    with ADAPTERS[request.param](tmp_path) as opened:
        yield opened
