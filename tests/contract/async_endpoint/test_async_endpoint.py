"""What every adapter of `ports.AsyncEndpoint` must do."""

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


async def test_a_claim_that_was_never_started_has_no_images(rig: Rig) -> None:
    claimed = a_claim()

    assert not await rig.endpoint.started(claimed)
    assert await rig.endpoint.collect(claimed) is None


async def test_there_are_none_while_the_endpoint_works(rig: Rig) -> None:
    claimed = a_claim(model="held")

    await rig.endpoint.start(claimed)

    assert await rig.endpoint.started(claimed)
    assert await rig.endpoint.collect(claimed) is None


async def test_then_there_are_as_many_as_asked_each_with_its_seed(rig: Rig) -> None:
    claimed = a_claim(count=3, width=72, height=80)

    await rig.endpoint.start(claimed)
    await rig.worked(claimed)

    images = await rig.endpoint.collect(claimed)
    assert images is not None
    assert [image.seed for image in images] == [7, 8, 9]
    assert {(image.width, image.height) for image in images} == {(72, 80)}


async def test_they_can_be_collected_again(rig: Rig) -> None:
    claimed = a_claim()
    await rig.endpoint.start(claimed)
    await rig.worked(claimed)

    first = await rig.endpoint.collect(claimed)

    assert first is not None
    assert await rig.endpoint.collect(claimed) == first


@pytest.mark.parametrize(
    ("model", "code", "retryable"),
    [
        ("failing", FailureCode.ENDPOINT_UNAVAILABLE, True),
        ("prudish", FailureCode.CONTENT_FILTERED, False),
    ],
)
async def test_a_failure_is_told_with_its_kind(
    rig: Rig, model: str, code: FailureCode, retryable: bool
) -> None:
    claimed = a_claim(model=model)
    await rig.endpoint.start(claimed)
    await rig.worked(claimed)

    with pytest.raises(EndpointError) as caught:
        await rig.endpoint.collect(claimed)

    assert (caught.value.failure.code, caught.value.failure.retryable) == (code, retryable)
    assert claimed.request.prompt not in caught.value.failure.message


async def test_another_claim_of_the_same_generation_has_answers_of_its_own(rig: Rig) -> None:
    first = a_claim()
    await rig.endpoint.start(first)
    await rig.worked(first)

    second = replace(first, fence=2)

    assert not await rig.endpoint.started(second)
    assert await rig.endpoint.collect(second) is None


async def test_another_owner_has_none(rig: Rig) -> None:
    alices = a_claim()
    await rig.endpoint.start(alices)
    await rig.worked(alices)

    bobs = replace(alices, owner=BOB)

    assert not await rig.endpoint.started(bobs)
    assert await rig.endpoint.collect(bobs) is None
