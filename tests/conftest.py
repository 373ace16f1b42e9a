"""Settings and fixtures of all tests."""

from __future__ import annotations

import os
import signal

import hypothesis
import pytest

# No test depends on a clock. CI uses the same examples every time, so a failure
# means a change; local runs use new examples each time.
hypothesis.settings.register_profile(
    "studio", deadline=None, derandomize=bool(os.environ.get("CI"))
)
hypothesis.settings.load_profile("studio")

pytest_plugins = ["tests.servers.plugin"]


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio, as every host does."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _restore_sigint() -> None:
    """Handle SIGINT again: a shell's background jobs ignore it, and children inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
