"""`InferenceEndpoint` delays calls while the inference process starts."""

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


async def test_slow_readiness_checks_count_toward_the_timeout() -> None:
    clock, checks = ManualClock(), 0

    async def hangs() -> bool:
        nonlocal checks
        checks += 1
        clock.advance(START_TIMEOUT_SECONDS)
        return False

    held = InferenceEndpoint(ScriptedEndpoint(), frozenset({REQUEST.model}), hangs, clock)

    with pytest.raises(EndpointError) as failed:
        await held.generate(REQUEST, ignore, lambda: False)

    assert failed.value.failure.code == "ENDPOINT_WARMING"
    assert checks == 1


async def test_cancellation_ends_the_wait() -> None:
    async def never() -> bool:
        return False

    held = InferenceEndpoint(ScriptedEndpoint(), frozenset({REQUEST.model}), never, ManualClock())

    with pytest.raises(EndpointCanceled):
        await held.generate(REQUEST, ignore, lambda: True)


async def test_models_of_other_endpoints_are_not_delayed() -> None:
    async def never() -> bool:
        return False

    held = InferenceEndpoint(ScriptedEndpoint(), frozenset(), never, ManualClock())

    assert len(await held.generate(REQUEST, ignore, lambda: False)) == REQUEST.count
