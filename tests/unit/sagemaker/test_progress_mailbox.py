import asyncio

import anyio
import pytest

from genai_studio.ports import EndpointProgress
from genai_studio.sagemaker.progress_mailbox import ProgressMailbox

pytestmark = pytest.mark.anyio


async def test_what_was_not_fetched_is_overtaken_and_keeps_its_preview() -> None:
    told: list[EndpointProgress] = []

    async def on_progress(progress: EndpointProgress) -> None:
        told.append(progress)

    mailbox = ProgressMailbox()
    mailbox.put(EndpointProgress(1, 9, b"preview"))
    mailbox.put(EndpointProgress(2, 9, None))
    await mailbox.deliver_last(on_progress)
    await mailbox.deliver_last(on_progress)
    assert told == [EndpointProgress(2, 9, b"preview")]


async def test_what_arrives_is_delivered_one_after_the_other() -> None:
    told: list[int] = []
    heard = asyncio.Event()

    async def on_progress(progress: EndpointProgress) -> None:
        told.append(progress.step)
        heard.set()

    mailbox = ProgressMailbox()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(mailbox.deliver, on_progress)
        for step in (1, 2, 3):
            mailbox.put(EndpointProgress(step, 3, None))
            await heard.wait()
            heard.clear()
        tasks.cancel_scope.cancel()
    assert told == [1, 2, 3]
