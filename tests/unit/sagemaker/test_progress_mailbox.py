import asyncio

import anyio
import pytest

from genai_studio.ports import EndpointProgress
from genai_studio.sagemaker.progress_mailbox import ProgressMailbox

pytestmark = pytest.mark.anyio


async def test_newer_progress_replaces_older_and_keeps_preview() -> None:
    delivered: list[EndpointProgress] = []

    async def on_progress(progress: EndpointProgress) -> None:
        delivered.append(progress)

    mailbox = ProgressMailbox()
    mailbox.put(EndpointProgress(1, 9, b"preview"))
    mailbox.put(EndpointProgress(2, 9, None))
    await mailbox.deliver_last(on_progress)
    await mailbox.deliver_last(on_progress)
    assert delivered == [EndpointProgress(2, 9, b"preview")]


async def test_progress_is_delivered_in_order() -> None:
    delivered: list[int] = []
    received = asyncio.Event()

    async def on_progress(progress: EndpointProgress) -> None:
        delivered.append(progress.step)
        received.set()

    mailbox = ProgressMailbox()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(mailbox.deliver, on_progress)
        for step in (1, 2, 3):
            mailbox.put(EndpointProgress(step, 3, None))
            await received.wait()
            received.clear()
        tasks.cancel_scope.cancel()
    assert delivered == [1, 2, 3]
