"""The contract of `ports.AsyncEndpoint`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation
from tests.builders import BOB, LEASE, NOON, a_generation, a_request
from tests.contract.async_endpoint.conftest import Rig

pytestmark = pytest.mark.anyio


def a_claim(**fields: Any) -> Generation:
    request = a_request(**({"model": "toy"} | fields))
    return state_machine.claim(a_generation(request=request), NOON, LEASE)


async def test_collect_returns_none_before_start(rig: Rig) -> None:
    claimed = a_claim()

    assert not await rig.endpoint.started(claimed)
    assert await rig.endpoint.collect(claimed) is None


async def test_collect_returns_none_while_the_endpoint_works(rig: Rig) -> None:
    claimed = a_claim(model="held")

    await rig.endpoint.start(claimed)

    assert await rig.endpoint.started(claimed)
    assert await rig.endpoint.collect(claimed) is None


async def test_collect_returns_all_images_with_their_seeds(rig: Rig) -> None:
    claimed = a_claim(count=3, width=72, height=80)

    await rig.endpoint.start(claimed)
    await rig.wait_for_answers(claimed)

    images = await rig.endpoint.collect(claimed)
    assert images is not None
    assert [image.seed for image in images] == [7, 8, 9]
    assert {(image.width, image.height) for image in images} == {(72, 80)}


async def test_collect_can_be_repeated(rig: Rig) -> None:
    claimed = a_claim()
    await rig.endpoint.start(claimed)
    await rig.wait_for_answers(claimed)

    first = await rig.endpoint.collect(claimed)

    assert first is not None
    assert await rig.endpoint.collect(claimed) == first


@pytest.mark.parametrize(
    ("model", "code", "retryable"),
    [
        ("failing", FailureCode.ENDPOINT_UNAVAILABLE, True),
        ("filtered", FailureCode.CONTENT_FILTERED, False),
    ],
)
async def test_a_failure_has_its_code(
    rig: Rig, model: str, code: FailureCode, retryable: bool
) -> None:
    claimed = a_claim(model=model)
    await rig.endpoint.start(claimed)
    await rig.wait_for_answers(claimed)

    with pytest.raises(EndpointError) as caught:
        await rig.endpoint.collect(claimed)

    assert (caught.value.failure.code, caught.value.failure.retryable) == (code, retryable)
    assert claimed.request.prompt not in caught.value.failure.message


async def test_each_claim_has_its_own_answers(rig: Rig) -> None:
    first = a_claim()
    await rig.endpoint.start(first)
    await rig.wait_for_answers(first)

    second = replace(first, fence=2)

    assert not await rig.endpoint.started(second)
    assert await rig.endpoint.collect(second) is None


async def test_another_owner_gets_no_images(rig: Rig) -> None:
    alices = a_claim()
    await rig.endpoint.start(alices)
    await rig.wait_for_answers(alices)

    bobs = replace(alices, owner=BOB)

    assert not await rig.endpoint.started(bobs)
    assert await rig.endpoint.collect(bobs) is None
