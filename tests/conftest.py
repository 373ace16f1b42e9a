"""What every test layer shares."""

from __future__ import annotations

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, the loop that every host of the studio uses."""
    return "asyncio"
