"""The contract of `ports.Endpoint`."""

import asyncio
import threading
from io import BytesIO
from typing import Any

import anyio
import pytest
from PIL import Image

from genai_studio.domain.errors import EndpointCanceled, EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import Endpoint, EndpointImage, EndpointProgress
from tests.builders import a_request
from tests.contract.endpoint.conftest import Rig

pytestmark = pytest.mark.anyio


def never() -> bool:
    return False


async def ignore(progress: EndpointProgress) -> None:
    pass


async def generate(endpoint: Endpoint, **fields: Any) -> list[EndpointImage]:
    request = a_request(**({"model": "toy"} | fields))
    return list(await endpoint.generate(request, ignore, never))


async def failure_of(endpoint: Endpoint, **fields: Any) -> tuple[FailureCode, bool, str]:
    with pytest.raises(EndpointError) as caught:
        await generate(endpoint, **fields)
    failure = caught.value.failure
    return failure.code, failure.retryable, failure.message


async def until_held(rig: Rig) -> None:
    await asyncio.to_thread(rig.gate.wait_until_held)


async def test_generate_returns_all_images_with_their_seeds(rig: Rig) -> None:
    images = await generate(rig.endpoint, count=3, seed=2**31 - 3, width=72, height=80)
    assert [made_image.seed for made_image in images] == [2**31 - 3, 2**31 - 2, 2**31 - 1]
    size = rig.size(72, 80)
    for made_image in images:
        assert (made_image.width, made_image.height) == size
        image = Image.open(BytesIO(made_image.data))
        assert (image.get_format_mimetype(), image.size) == (made_image.content_type, size)


async def test_the_same_request_gives_the_same_images(rig: Rig) -> None:
    assert await generate(rig.endpoint) == await generate(rig.endpoint)


async def test_an_image_of_a_batch_can_be_reproduced_alone(rig: Rig) -> None:
    batch = await generate(rig.endpoint, count=2, seed=7)
    assert batch[1:] == await generate(rig.endpoint, count=1, seed=8)


@pytest.mark.parametrize(
    "other",
    [
        {"prompt": "a blue car"},
        {"negative_prompt": "a worm"},
        {"seed": 8},
        {"steps": 2},
        {"guidance_scale": 9.0},
        {"width": 128},
        {"style": "noir"},
    ],
)
async def test_each_parameter_changes_the_image(rig: Rig, other: dict[str, Any]) -> None:
    same = await generate(rig.endpoint, **other) == await generate(rig.endpoint)
    assert same is (set(other) <= rig.ignored)


async def test_a_style_extends_the_prompts(rig: Rig) -> None:
    styled = await generate(rig.endpoint, prompt="a {cat}", negative_prompt="a worm", style="noir")
    by_hand = await generate(
        rig.endpoint,
        prompt="a {cat}, in the dark {of} night",
        negative_prompt="a worm, color",
    )
    assert styled == by_hand


@pytest.mark.parametrize("prompt", ["苹果 🍎 \u0000 \u2028 \"'\\", "x" * 10_000, "é" * 10_000])
async def test_any_text_is_accepted_as_prompt(rig: Rig, prompt: str) -> None:
    assert len(await generate(rig.endpoint, prompt=prompt)) == 1


async def test_progress_increases_to_the_end_if_the_endpoint_streams(rig: Rig) -> None:
    updates: list[EndpointProgress] = []
    threads = set()

    async def on_progress(progress: EndpointProgress) -> None:
        updates.append(progress)
        threads.add(threading.get_ident())

    request = a_request(model="toy", steps=4, count=2)
    await rig.endpoint.generate(request, on_progress, never)
    steps = [progress.step for progress in updates]
    assert steps == sorted(steps)
    assert {progress.steps for progress in updates} == ({8} if rig.streams else set())
    assert steps[-1:] == ([8] if rig.streams else [])
    assert threads <= {threading.get_ident()}


async def test_canceled_before_the_call_nothing_is_generated(rig: Rig) -> None:
    with pytest.raises(EndpointCanceled):
        await rig.endpoint.generate(a_request(model="held"), ignore, lambda: True)
    assert rig.held.steps_done == 0


async def test_canceled_during_the_call_it_stops(rig: Rig) -> None:
    canceled = threading.Event()

    async def cancel() -> None:
        await until_held(rig)
        canceled.set()
        if not rig.streams:
            rig.gate.open()
            return
        # Allow steps one at a time, because the cancellation passes through two sockets.
        while not rig.held.canceled.is_set():
            rig.gate.let_through()
            await asyncio.to_thread(rig.held.canceled.wait, 0.05)

    request = a_request(model="held", steps=250, count=2)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(cancel)
        with pytest.raises(EndpointCanceled):
            await rig.endpoint.generate(request, ignore, canceled.is_set)
    assert rig.held.steps_done < 2 * (rig.fixed_steps or 250)


async def test_a_slow_progress_callback_does_not_delay_the_images(rig: Rig) -> None:
    listening = asyncio.Event()
    over = asyncio.Event()

    async def on_progress(progress: EndpointProgress) -> None:
        listening.set()
        await over.wait()

    async def release() -> None:
        if rig.streams:
            await listening.wait()
        rig.gate.open()
        while rig.held.steps_done < steps:  # noqa: ASYNC110 - the steps are done on a thread
            await anyio.sleep(0.01)
        over.set()

    steps = rig.fixed_steps or 50
    request = a_request(model="held", steps=50)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(release)
        assert len(await rig.endpoint.generate(request, on_progress, never)) == 1


async def test_an_error_of_the_progress_callback_is_raised(rig: Rig) -> None:
    if not rig.streams:
        return

    async def on_progress(progress: EndpointProgress) -> None:
        raise LookupError("the lease is lost")

    with pytest.raises(LookupError, match="lease"):
        await rig.endpoint.generate(a_request(model="toy", steps=100), on_progress, never)


async def test_a_rejected_request_names_the_field_and_is_not_retryable(rig: Rig) -> None:
    field, value = rig.invalid
    code, retryable, message = await failure_of(rig.endpoint, **{field: value})
    assert (code, retryable) == (FailureCode.ENDPOINT_REJECTED, False)
    assert field in message


async def test_a_busy_endpoint_is_reported_as_throttled(rig: Rig) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(generate_held, rig)
        await until_held(rig)
        code, retryable, _ = await failure_of(rig.endpoint)
        rig.gate.open()
    assert (code, retryable) == (FailureCode.ENDPOINT_THROTTLED, True)


async def generate_held(rig: Rig) -> None:
    await generate(rig.endpoint, model="held")


async def test_wrong_credentials_are_not_retryable(rig: Rig) -> None:
    code, retryable, _ = await failure_of(rig.unauthorized)
    assert (code, retryable) == (FailureCode.ENDPOINT_ACCESS_DENIED, False)


async def test_an_unreachable_endpoint_is_retryable(rig: Rig) -> None:
    code, retryable, _ = await failure_of(rig.unreachable)
    assert (code, retryable) == (FailureCode.ENDPOINT_UNAVAILABLE, True)


async def test_a_model_error_is_retryable_and_omits_the_prompt(rig: Rig) -> None:
    code, retryable, message = await failure_of(rig.endpoint, model="failing", prompt="secret")
    assert (code, retryable) == (FailureCode.ENDPOINT_UNAVAILABLE, True)
    assert "secret" not in message


async def test_an_unloadable_model_is_reported_with_the_remedy(rig: Rig) -> None:
    code, retryable, message = await failure_of(rig.endpoint, model="uninstalled")
    assert (code, retryable) == (FailureCode.MODEL_UNAVAILABLE, False)
    assert "genai-studio[diffusers]" in message


async def test_a_filtered_image_is_not_retryable(rig: Rig) -> None:
    code, retryable, _ = await failure_of(rig.endpoint, model="filtered")
    assert (code, retryable) == (FailureCode.CONTENT_FILTERED, False)


async def test_concurrent_calls_share_one_adapter(rig: Rig) -> None:
    made: list[EndpointImage] = []

    async def one(request: ImageRequest) -> None:
        while True:
            try:
                made.extend(await rig.endpoint.generate(request, ignore, never))
            except EndpointError as error:
                if error.failure.code is not FailureCode.ENDPOINT_THROTTLED:
                    raise
            else:
                return

    async with anyio.create_task_group() as tasks:
        for seed in range(6):
            tasks.start_soon(one, a_request(model="toy", seed=seed))
    assert sorted(made_image.seed for made_image in made) == list(range(6))


async def test_ready_reports_readiness(rig: Rig) -> None:
    assert await rig.endpoint.ready() is True
