"""Live drafts."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from typing import Any

import pytest

from genai_studio.domain.errors import (
    EndpointCanceled,
    EndpointError,
    InvalidInput,
    RateLimited,
    Refused,
)
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.identity import Owner
from genai_studio.domain.request import ImageRequest, ImageRequestInput
from genai_studio.ports import EndpointImage, IsCanceled, OnProgress
from genai_studio.services.live_drafts import DRAFT_STEPS, MAX_DRAFTS, DraftImage, LiveDrafts
from tests.builders import ALICE, BOB, a_caller
from tests.fakes.endpoint import images_of
from tests.fakes.studio import FakeStudio, a_studio

pytestmark = pytest.mark.anyio


@pytest.fixture
def fakes() -> FakeStudio:
    return a_studio()


def live_drafts(fakes: FakeStudio) -> LiveDrafts:
    assert fakes.studio.live_drafts is not None
    return fakes.studio.live_drafts


async def generate_draft(fakes: FakeStudio, owner: Owner = ALICE, **requested: Any) -> DraftImage:
    request_input = ImageRequestInput(**({"prompt": "a cat"} | requested))
    return await live_drafts(fakes).generate(a_caller(owner), request_input, lambda: False)


async def test_a_draft_is_a_small_webp_with_its_seed(fakes: FakeStudio) -> None:
    draft = await generate_draft(fakes, seed=9)

    assert draft == DraftImage(
        "data:image/webp;base64," + base64.b64encode(b"\x09\x09\x09").decode(), 16, 16, 9
    )
    (request,) = fakes.endpoint.requests
    assert (request.steps, request.count, request.seed) == (DRAFT_STEPS, 1, 9)
    assert fakes.records.calls == []
    assert fakes.images.objects == {}


async def test_a_draft_overrides_steps_and_count(fakes: FakeStudio) -> None:
    await generate_draft(fakes, steps=100, count=4)

    assert (fakes.endpoint.requests[0].steps, fakes.endpoint.requests[0].count) == (DRAFT_STEPS, 1)


async def test_only_fast_models_support_drafts(fakes: FakeStudio) -> None:
    with pytest.raises(Refused) as refused:
        await generate_draft(fakes, model="stable-diffusion-2-1-base")

    assert refused.value.problems[0].code == "DRAFT_UNSUPPORTED"
    assert fakes.endpoint.requests == []


async def test_drafts_are_validated(fakes: FakeStudio) -> None:
    with pytest.raises(InvalidInput):
        await generate_draft(fakes, width=7)


async def test_an_endpoint_failure_is_reported(fakes: FakeStudio) -> None:
    fakes.endpoint.then(EndpointError(FailureCode.CONTENT_FILTERED, "Filtered.", retryable=False))

    with pytest.raises(Refused) as refused:
        await generate_draft(fakes)

    (problem,) = refused.value.problems
    assert (problem.code, problem.message) == ("ENDPOINT_FAILED", "Filtered.")


async def test_a_corrupt_image_is_an_endpoint_failure(fakes: FakeStudio) -> None:
    def broken(image: EndpointImage) -> tuple[bytes, int, int]:
        raise EndpointError(FailureCode.ENDPOINT_BAD_RESPONSE, "Damaged.", retryable=True)

    live_drafts(fakes)._encoder = broken

    with pytest.raises(Refused) as refused:
        await generate_draft(fakes)

    (problem,) = refused.value.problems
    assert (problem.code, problem.message) == ("ENDPOINT_FAILED", "Damaged.")


async def test_a_newer_draft_cancels_the_previous_one(fakes: FakeStudio) -> None:
    fakes.endpoint.then(until_canceled, images_of_others, images_of_others)
    first = asyncio.create_task(generate_draft(fakes))
    while not fakes.endpoint.requests:  # noqa: ASYNC110
        await asyncio.sleep(0)

    await generate_draft(fakes, BOB)
    assert not first.done()
    await generate_draft(fakes)

    with pytest.raises(Refused) as refused:
        await first
    assert refused.value.problems[0].code == "DRAFT_SUPERSEDED"


async def test_a_client_disconnect_cancels_the_draft(fakes: FakeStudio) -> None:
    fakes.endpoint.then(until_canceled)
    disconnected = asyncio.Event()
    generating = asyncio.create_task(
        live_drafts(fakes).generate(
            a_caller(ALICE), ImageRequestInput(prompt="a cat"), disconnected.is_set
        )
    )
    while not fakes.endpoint.requests:  # noqa: ASYNC110
        await asyncio.sleep(0)

    disconnected.set()

    with pytest.raises(Refused) as refused:
        await generating
    assert refused.value.problems[0].code == "DRAFT_SUPERSEDED"


async def test_drafts_are_rate_limited(fakes: FakeStudio) -> None:
    for _ in range(MAX_DRAFTS):
        await generate_draft(fakes)
    with pytest.raises(RateLimited):
        await generate_draft(fakes)
    await generate_draft(fakes, BOB)

    fakes.clock.advance(61)

    await generate_draft(fakes)


async def test_idle_users_are_evicted(fakes: FakeStudio) -> None:
    for number in range(5):
        await generate_draft(fakes, Owner(f"person-{number}"))
        fakes.clock.advance(61)

    assert list(live_drafts(fakes)._by_owner) == ["person-4"]


async def until_canceled(
    request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
) -> Sequence[EndpointImage]:
    while not canceled():  # noqa: ASYNC110
        await asyncio.sleep(0)
    raise EndpointCanceled("Canceled.")


async def images_of_others(
    request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
) -> Sequence[EndpointImage]:
    return images_of(request)
