"""Calls are held back while the inference server starts, and not for ever."""

from __future__ import annotations

import pytest

from genai_studio.domain.errors import EndpointCanceled, EndpointError
from genai_studio.local.inference.endpoint import START_TIMEOUT_SECONDS, InferenceEndpoint
from genai_studio.ports import EndpointProgress
from tests.builders import ManualClock, a_generation
from tests.fakes.endpoint import ScriptedEndpoint

pytestmark = pytest.mark.anyio

REQUEST = a_generation().request


async def ignore(_: EndpointProgress) -> None:
    return None


async def test_a_server_that_takes_its_time_to_be_asked_is_not_waited_for_longer() -> None:
    clock, asked = ManualClock(), 0

    async def hangs() -> bool:
        nonlocal asked
        asked += 1
        clock.advance(START_TIMEOUT_SECONDS)
        return False

    held = InferenceEndpoint(ScriptedEndpoint(), frozenset({REQUEST.model}), hangs, clock)

    with pytest.raises(EndpointError) as failed:
        await held.generate(REQUEST, ignore, lambda: False)

    assert failed.value.failure.code == "ENDPOINT_WARMING"
    assert asked == 1


async def test_a_cancel_is_noticed_while_it_waits() -> None:
    async def never() -> bool:
        return False

    held = InferenceEndpoint(ScriptedEndpoint(), frozenset({REQUEST.model}), never, ManualClock())

    with pytest.raises(EndpointCanceled):
        await held.generate(REQUEST, ignore, lambda: True)


async def test_what_the_server_does_not_serve_is_not_held_back() -> None:
    async def never() -> bool:
        return False

    held = InferenceEndpoint(ScriptedEndpoint(), frozenset(), never, ManualClock())

    assert len(await held.generate(REQUEST, ignore, lambda: False)) == REQUEST.count
