"""Fixtures: each adapter of `ports.Images`, empty, with a manual clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from genai_studio.ports import Images
from tests.builders import ManualClock
from tests.contract.images.adapters import ADAPTERS, ImageStore


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=ADAPTERS)
async def store(request: Any, tmp_path: Path, clock: ManualClock) -> AsyncIterator[ImageStore]:
    async with ADAPTERS[request.param](tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def images(store: ImageStore) -> Images:
    return store.images


@pytest.fixture
def browser(store: ImageStore) -> httpx.AsyncClient:
    return store.browser
