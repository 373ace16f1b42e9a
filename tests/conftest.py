"""What every test layer shares."""

from __future__ import annotations

import os
import signal

import hypothesis
import pytest

# No clock decides a test. In CI the same examples are tried every time, so that a
# red run means a change; on a person's machine each run looks somewhere else.
hypothesis.settings.register_profile(
    "studio", deadline=None, derandomize=bool(os.environ.get("CI"))
)
hypothesis.settings.load_profile("studio")

pytest_plugins = ["tests.servers.plugin"]


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, the loop that every host of the studio uses."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard() -> None:
    """A shell's background job ignores Ctrl-C, and so would every program begun from it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
