"""Each carrier of events, with short queues."""

from __future__ import annotations

from typing import Any

import pytest

from genai_studio.ports import Events
from tests.contract.events.adapters import ADAPTERS, QUEUE_LENGTH


@pytest.fixture(params=ADAPTERS)
def events(request: Any) -> Events:
    return ADAPTERS[request.param](QUEUE_LENGTH)
