"""What every test layer shares."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.servers.plugin"]


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, the loop that every host of the studio uses."""
    return "asyncio"
