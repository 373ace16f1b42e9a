"""Submits and retries."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from genai_studio.catalog_file import read_models
from genai_studio.domain import state_machine
from genai_studio.domain.catalog import Catalog, Range
from genai_studio.domain.errors import (
    IdempotencyConflict,
    InvalidInput,
    NotFound,
    QuotaExceeded,
    Refused,
    UnknownModel,
)
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation, Status
from genai_studio.domain.ids import is_id
from genai_studio.domain.quota import QuotaLimits
from genai_studio.domain.request import ImageRequestInput
from genai_studio.domain.validation import MAX_SEED
from genai_studio.services.submit import MAX_CLIENT_REQUEST_ID, Submit
from tests.builders import ALICE, BOB, LEASE, NOON, a_caller, a_generation, change, submit
from tests.fakes.studio import FakeStudio, a_studio

pytestmark = pytest.mark.anyio

ME = a_caller()
BROKEN = Failure(FailureCode.ENDPOINT_REJECTED, "No.", retryable=False)


@pytest.fixture
def fakes() -> FakeStudio:
    return a_studio()


async def generate(fakes: FakeStudio, key: str | None = None, **requested: Any) -> Generation:
    wanted = ImageRequestInput(**({"prompt": "a red apple"} | requested))
    return await fakes.studio.submit.generate(ME, wanted, key)


async def test_an_accepted_request_is_stored_with_defaults(fakes: FakeStudio) -> None:
    generation = await generate(fakes)

    assert await fakes.records.get(ALICE, generation.id) == generation
    assert is_id(generation.id)
    assert (generation.status, generation.version, generation.created_at) == (
        Status.QUEUED,
        1,
        NOON,
    )
    request = generation.request
    assert (request.model, request.width, request.height, request.steps, request.count) == (
        "builtin-emoji",
        256,
        256,
        20,
        1,
    )
    assert 0 <= request.seed <= MAX_SEED
    assert [entry.step for entry in generation.timeline] == ["accepted"]


async def test_the_random_seed_leaves_room_for_every_image(fakes: FakeStudio) -> None:
    seeds = {(await generate(fakes, count=4)).request.seed for _ in range(20)}

    assert len(seeds) > 15
    assert max(seeds) + 3 <= MAX_SEED


async def test_the_cost_is_the_price_of_all_images(fakes: FakeStudio) -> None:
    generation = await generate(fakes, model="stable-diffusion-2-1-base", count=2)

    price = fakes.studio.catalog.get("stable-diffusion-2-1-base").price_per_image
    assert generation.estimated_cost == pytest.approx(2 * price)


async def test_the_quota_counts_every_image(fakes: FakeStudio) -> None:
    generation = await generate(fakes, count=3)

    assert (generation.quota_day, generation.quota_held) == ("2026-05-04", 3)
    assert await fakes.records.quota_used(ALICE, "2026-05-04") == 3


async def test_an_invalid_request_is_not_stored(fakes: FakeStudio) -> None:
    for error, requested in (
        (InvalidInput, {"prompt": ""}),
        (InvalidInput, {"width": 1}),
        (UnknownModel, {"model": "none"}),
        (NotFound, {"parent_id": "none"}),
        (NotFound, {"parent_id": a_generation().id}),
    ):
        with pytest.raises(error):
            await generate(fakes, **requested)
    assert "submit" not in fakes.records.calls


async def test_the_client_request_id_has_a_maximum_length(fakes: FakeStudio) -> None:
    await generate(fakes, "k" * MAX_CLIENT_REQUEST_ID)
    with pytest.raises(InvalidInput) as refused:
        await generate(fakes, "k" * (MAX_CLIENT_REQUEST_ID + 1))
    assert refused.value.problems[0].path == ("input", "clientRequestId")


async def test_the_client_request_id_must_be_text(fakes: FakeStudio) -> None:
    with pytest.raises(InvalidInput) as refused:
        await generate(fakes, "half a character: \ud83c")
    assert refused.value.problems[0].path == ("input", "clientRequestId")


async def test_the_same_key_and_input_returns_the_same_generation(fakes: FakeStudio) -> None:
    submitted = await asyncio.gather(*(generate(fakes, "key") for _ in range(100)))

    assert len({one.id for one in submitted}) == 1
    assert await fakes.records.quota_used(ALICE, "2026-05-04") == 1


async def test_the_same_key_with_other_input_is_a_conflict(fakes: FakeStudio) -> None:
    await generate(fakes, "key")
    for requested in ({"prompt": "another"}, {"seed": 7}, {"count": 1}):
        with pytest.raises(IdempotencyConflict):
            await generate(fakes, "key", **requested)


class TestReplayOfARequestThatBecameInvalid:
    """The response to the first request was lost, and the client retries with its key."""

    async def test_the_model_was_removed(self, fakes: FakeStudio) -> None:
        first = await generate(fakes, "key", model="builtin-emoji")
        offered = tuple(one for one in read_models() if one.id != "builtin-emoji")
        now = Submit(fakes.records, fakes.clock, Catalog(offered), QuotaLimits())

        again = ImageRequestInput(prompt="a red apple", model="builtin-emoji")

        assert await now.generate(ME, again, "key") == first
        with pytest.raises(UnknownModel):
            await now.generate(ME, again, "another key")
        with pytest.raises(UnknownModel):
            await now.generate(ME, again, None)

    async def test_the_model_has_new_limits(self, fakes: FakeStudio) -> None:
        first = await generate(fakes, "key", steps=50)
        model = read_models()[0]
        stricter = replace(model, limits=replace(model.limits, steps=Range(min=1, max=20)))
        now = Submit(fakes.records, fakes.clock, Catalog((stricter,)), QuotaLimits())

        assert (
            await now.generate(ME, ImageRequestInput(prompt="a red apple", steps=50), "key")
            == first
        )
        with pytest.raises(IdempotencyConflict):
            await now.generate(ME, ImageRequestInput(prompt="a red apple", steps=60), "key")

    async def test_the_parent_was_purged(self, fakes: FakeStudio) -> None:
        parent = await generate(fakes)
        child = await generate(fakes, "key", parent_id=parent.id)
        await fakes.studio.history.trash(ME, (parent.id,))
        await fakes.studio.history.purge(ME, (parent.id,))

        assert await generate(fakes, "key", parent_id=parent.id) == child
        with pytest.raises(NotFound):
            await generate(fakes, "another key", parent_id=parent.id)

    async def test_the_key_of_another_user_is_not_found(self, fakes: FakeStudio) -> None:
        await generate(fakes, "key", model="builtin-emoji")
        offered = tuple(one for one in read_models() if one.id != "builtin-emoji")
        now = Submit(fakes.records, fakes.clock, Catalog(offered), QuotaLimits())

        with pytest.raises(UnknownModel):
            await now.generate(
                a_caller(BOB), ImageRequestInput(prompt="a red apple", model="builtin-emoji"), "key"
            )


async def test_without_a_key_every_request_is_new(fakes: FakeStudio) -> None:
    first, second = await generate(fakes), await generate(fakes)

    assert first.id != second.id
    assert first.client_request_id != second.client_request_id


async def test_a_request_over_the_quota_is_not_stored() -> None:
    fakes = a_studio(limits=QuotaLimits(user=2))
    await generate(fakes, count=2)

    with pytest.raises(QuotaExceeded):
        await generate(fakes)


async def test_a_child_refers_to_its_parent(fakes: FakeStudio) -> None:
    parent = await generate(fakes)

    assert (await generate(fakes, parent_id=parent.id)).parent_id == parent.id


async def test_a_generation_of_another_user_cannot_be_a_parent(fakes: FakeStudio) -> None:
    bobs = await submit(fakes.records, a_generation(BOB))

    with pytest.raises(NotFound) as refused:
        await generate(fakes, parent_id=bobs.id)
    assert refused.value.problems[0].path == ("input", "parentId")


class TestRetry:
    async def again(
        self, fakes: FakeStudio, generation: Generation, key: str | None = None
    ) -> Generation:
        return await fakes.studio.submit.retry(ME, generation.id, key)

    async def failed(self, fakes: FakeStudio, **requested: Any) -> Generation:
        submitted = await generate(fakes, **requested)
        return await change(
            fakes.records, submitted, lambda it: state_machine.fail(it, NOON, BROKEN)
        )

    async def test_the_request_is_submitted_again_as_a_child(self, fakes: FakeStudio) -> None:
        requested = {
            "negative_prompt": "blurry",
            "seed": 7,
            "count": 2,
            "style": "flat",
            "steps": 9,
        }
        failed = await self.failed(fakes, **requested)

        again = await self.again(fakes, failed)

        assert again.request == failed.request
        assert (again.parent_id, again.status, again.version) == (failed.id, Status.QUEUED, 1)
        assert await fakes.records.get(ALICE, failed.id) == failed

    async def test_a_canceled_generation_can_be_retried(self, fakes: FakeStudio) -> None:
        submitted = await generate(fakes)
        canceled = await change(fakes.records, submitted, lambda it: state_machine.cancel(it, NOON))

        assert (await self.again(fakes, canceled)).parent_id == canceled.id

    async def test_other_generations_cannot_be_retried(self, fakes: FakeStudio) -> None:
        queued = await generate(fakes)
        running = await change(
            fakes.records, await generate(fakes), lambda it: state_machine.claim(it, NOON, LEASE)
        )
        done = await change(
            fakes.records, running, lambda it: state_machine.succeed(it, it.fence, NOON, ())
        )
        for one in (queued, done):
            with pytest.raises(Refused) as refused:
                await self.again(fakes, one)
            assert refused.value.problems[0].code == "NOT_RETRYABLE"

    async def test_a_retry_is_idempotent(self, fakes: FakeStudio) -> None:
        failed = await self.failed(fakes)

        first, second = await self.again(fakes, failed, "r"), await self.again(fakes, failed, "r")

        assert first == second

    async def test_a_retry_is_idempotent_after_its_original_was_purged(
        self, fakes: FakeStudio
    ) -> None:
        failed = await self.failed(fakes)
        first = await self.again(fakes, failed, "r")
        await generate(fakes, key="other")
        trashed = await change(fakes.records, failed, lambda it: state_machine.trash(it, NOON))
        await fakes.records.purge(trashed)

        assert await self.again(fakes, failed, "r") == first
        for key in (None, "new", "other"):
            with pytest.raises(NotFound):
                await self.again(fakes, failed, key)

    async def test_a_generation_of_another_user_is_not_found(self, fakes: FakeStudio) -> None:
        bobs = replace(a_generation(BOB), status=Status.FAILED)
        await submit(fakes.records, bobs)

        for one in (bobs, a_generation()):
            with pytest.raises(NotFound):
                await self.again(fakes, one)
