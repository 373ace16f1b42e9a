"""What every adapter of `ports.Endpoint` must do."""

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


async def test_it_makes_as_many_images_as_asked_each_with_its_seed(rig: Rig) -> None:
    drawn_images = await generate(rig.endpoint, count=3, seed=2**31 - 3, width=72, height=80)
    assert [drawn.seed for drawn in drawn_images] == [2**31 - 3, 2**31 - 2, 2**31 - 1]
    for drawn in drawn_images:
        assert (drawn.width, drawn.height) == (72, 80)
        image = Image.open(BytesIO(drawn.data))
        assert (image.get_format_mimetype(), image.size) == (drawn.content_type, (72, 80))


async def test_the_same_request_gives_the_same_pixels(rig: Rig) -> None:
    assert await generate(rig.endpoint) == await generate(rig.endpoint)


async def test_an_image_of_a_batch_can_be_made_again_alone(rig: Rig) -> None:
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
async def test_every_parameter_reaches_the_model(rig: Rig, other: dict[str, Any]) -> None:
    assert await generate(rig.endpoint, **other) != await generate(rig.endpoint)


async def test_a_style_is_words_around_the_prompts(rig: Rig) -> None:
    styled = await generate(rig.endpoint, prompt="a {cat}", negative_prompt="a worm", style="noir")
    by_hand = await generate(
        rig.endpoint,
        prompt="a {cat}, in the dark {of} night",
        negative_prompt="a worm, color",
    )
    assert styled == by_hand


@pytest.mark.parametrize("prompt", ["苹果 🍎 \u0000 \u2028 \"'\\", "x" * 10_000, "é" * 10_000])
async def test_any_text_is_a_prompt(rig: Rig, prompt: str) -> None:
    assert len(await generate(rig.endpoint, prompt=prompt)) == 1


async def test_progress_rises_to_the_end_where_the_endpoint_streams(rig: Rig) -> None:
    told: list[EndpointProgress] = []
    threads = set()

    async def on_progress(progress: EndpointProgress) -> None:
        told.append(progress)
        threads.add(threading.get_ident())

    request = a_request(model="toy", steps=4, count=2)
    await rig.endpoint.generate(request, on_progress, never)
    steps = [progress.step for progress in told]
    assert steps == sorted(steps)
    assert {progress.steps for progress in told} == ({8} if rig.streams else set())
    assert steps[-1:] == ([8] if rig.streams else [])
    assert threads <= {threading.get_ident()}


async def test_cancelled_before_it_begins_nothing_is_sampled(rig: Rig) -> None:
    with pytest.raises(EndpointCanceled):
        await rig.endpoint.generate(a_request(model="held"), ignore, lambda: True)
    assert rig.held.steps_done == 0


async def test_cancelled_on_its_way_it_gives_up_the_call(rig: Rig) -> None:
    canceled = threading.Event()

    async def cancel() -> None:
        await until_held(rig)
        canceled.set()
        if not rig.streams:
            rig.gate.open()
            return
        # Step by step, while word of it travels through two sockets.
        while not rig.held.canceled.is_set():
            rig.gate.let_through()
            await asyncio.to_thread(rig.held.canceled.wait, 0.05)

    request = a_request(model="held", steps=250, count=2)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(cancel)
        with pytest.raises(EndpointCanceled):
            await rig.endpoint.generate(request, ignore, canceled.is_set)
    assert rig.held.steps_done < 500


async def test_a_slow_listener_does_not_hold_up_the_images(rig: Rig) -> None:
    listening = asyncio.Event()
    over = asyncio.Event()

    async def on_progress(progress: EndpointProgress) -> None:
        listening.set()
        await over.wait()

    async def let_go() -> None:
        if rig.streams:
            await listening.wait()
        rig.gate.open()
        while rig.held.steps_done < 50:  # noqa: ASYNC110 - the steps are done on a thread
            await anyio.sleep(0.01)
        over.set()

    request = a_request(model="held", steps=50)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(let_go)
        assert len(await rig.endpoint.generate(request, on_progress, never)) == 1


async def test_a_failing_listener_is_heard(rig: Rig) -> None:
    if not rig.streams:
        return

    async def on_progress(progress: EndpointProgress) -> None:
        raise LookupError("the lease is lost")

    with pytest.raises(LookupError, match="lease"):
        await rig.endpoint.generate(a_request(model="toy", steps=100), on_progress, never)


async def test_a_refused_request_says_which_field_and_is_not_tried_again(rig: Rig) -> None:
    code, retryable, message = await failure_of(rig.endpoint, width=65)
    assert (code, retryable) == (FailureCode.ENDPOINT_REJECTED, False)
    assert "width" in message


async def test_a_busy_endpoint_throttles(rig: Rig) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(generate_held, rig)
        await until_held(rig)
        code, retryable, _ = await failure_of(rig.endpoint)
        rig.gate.open()
    assert (code, retryable) == (FailureCode.ENDPOINT_THROTTLED, True)


async def generate_held(rig: Rig) -> None:
    await generate(rig.endpoint, model="held")


async def test_wrong_credentials_are_denied_for_good(rig: Rig) -> None:
    code, retryable, _ = await failure_of(rig.stranger)
    assert (code, retryable) == (FailureCode.ENDPOINT_ACCESS_DENIED, False)


async def test_an_endpoint_that_is_not_there_may_come_back(rig: Rig) -> None:
    code, retryable, _ = await failure_of(rig.unreachable)
    assert (code, retryable) == (FailureCode.ENDPOINT_UNAVAILABLE, True)


async def test_a_model_that_fails_may_be_tried_again_and_tells_no_prompt(rig: Rig) -> None:
    code, retryable, message = await failure_of(rig.endpoint, model="failing", prompt="secret")
    assert (code, retryable) == (FailureCode.ENDPOINT_UNAVAILABLE, True)
    assert "secret" not in message


async def test_a_model_that_cannot_be_loaded_says_how_to_help(rig: Rig) -> None:
    code, retryable, message = await failure_of(rig.endpoint, model="uninstalled")
    assert (code, retryable) == (FailureCode.MODEL_UNAVAILABLE, False)
    assert "genai-studio[diffusers]" in message


async def test_an_image_that_the_model_holds_back_is_not_tried_again(rig: Rig) -> None:
    code, retryable, _ = await failure_of(rig.endpoint, model="prudish")
    assert (code, retryable) == (FailureCode.CONTENT_FILTERED, False)


async def test_many_calls_share_one_adapter(rig: Rig) -> None:
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
    assert sorted(drawn.seed for drawn in made) == list(range(6))


async def test_it_says_whether_it_is_ready(rig: Rig) -> None:
    assert await rig.endpoint.ready() is True
