"""`generate` and `history` do at every host what they do at the local one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.generation import Generation, Progress, Status
from genai_studio.hosts.cli.client import follow
from genai_studio.hosts.cli.client.access import Access
from genai_studio.hosts.cli.client.generation import drawn
from genai_studio.hosts.cli.client.studio_client import StudioClient, studio_client
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.hosts.cli.output.progress_bar import ProgressBar
from genai_studio.ports import GenerationEvent
from tests.builders import ALICE, NOON, an_image, succeeded
from tests.fakes.identity import ALICES_TOKEN
from tests.fakes.studio import FakeStudio, a_studio
from tests.hosts.aws.support.api_gateway import api_gateway
from tests.hosts.suite.appsync_host import ServedAppSyncHost
from tests.hosts.suite.asgi_hosts import ServedHost

pytestmark = pytest.mark.anyio

WISH = {"prompt": "a red apple"}
PUSHING = pytest.mark.parametrize("host", ["asgi", "appsync"])
EVERY = pytest.mark.parametrize("host", ["asgi", "appsync", "api-gateway"])


class Seen(ProgressBar):
    """What a person would see."""

    def __init__(self) -> None:
        super().__init__()
        self.states: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def show(self, generation: dict[str, Any]) -> None:
        self.states.put_nowait(generation)

    async def until(self, status: str) -> dict[str, Any]:
        """The first state from now on that is so."""
        while (state := await self.states.get())["status"] != status:
            pass
        return state


@pytest.fixture
def fakes() -> FakeStudio:
    return a_studio()


@pytest.fixture
async def access(host: str, fakes: FakeStudio) -> AsyncIterator[Access]:
    if host == "appsync":
        async with ServedAppSyncHost.over(fakes) as appsync:
            assert isinstance(appsync, ServedAppSyncHost)
            yield Access(appsync.url, ALICES_TOKEN, appsync=True)
    elif host == "asgi":
        async with ServedHost.over(fakes) as asgi:
            yield Access(asgi.base_url, ALICES_TOKEN)
    else:
        async with api_gateway(fakes) as url:
            yield Access(url, ALICES_TOKEN)


@pytest.fixture
async def client(access: Access) -> AsyncIterator[StudioClient]:
    async with studio_client(access) as opened:
        yield opened


async def the_accepted(fakes: FakeStudio, seen: Seen) -> Generation:
    state = await seen.until("QUEUED")
    found = await fakes.records.get(ALICE, state["id"])
    assert found is not None
    return found


@PUSHING
async def test_what_is_pushed_is_seen(
    host: str, client: StudioClient, fakes: FakeStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "SILENCE_SECONDS", 3600.0)
    seen = Seen()
    drawing = asyncio.create_task(drawn(client, WISH, seen))
    running = state_machine.claim(await the_accepted(fakes, seen), NOON, timedelta(minutes=1))
    image = an_image(running)
    finished = state_machine.succeed(running, running.fence, NOON, (image,))

    # A subscription may open a moment after it was asked for; progress is told often.
    while seen.states.empty():
        await fakes.events.publish(GenerationEvent(running, Progress(1, 2, 8, None)))
        await asyncio.sleep(0.05)
    assert (await seen.until("RUNNING"))["progress"]["step"] == 2
    await fakes.events.publish(GenerationEvent(finished))

    assert (await drawing)["images"][0]["url"]


@EVERY
async def test_what_is_not_pushed_is_asked_for(
    host: str, client: StudioClient, fakes: FakeStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "SILENCE_SECONDS", 0.05)
    monkeypatch.setattr(follow, "POLL_SECONDS", 0.05)
    seen = Seen()
    drawing = asyncio.create_task(drawn(client, WISH, seen))
    accepted = await the_accepted(fakes, seen)

    await fakes.records.save(accepted, succeeded(accepted))

    assert (await drawing)["status"] == "SUCCEEDED"


@EVERY
async def test_ctrl_c_cancels(host: str, client: StudioClient, fakes: FakeStudio) -> None:
    seen = Seen()
    drawing = asyncio.create_task(drawn(client, WISH, seen))
    accepted = await the_accepted(fakes, seen)

    drawing.cancel()
    with suppress(asyncio.CancelledError):
        await drawing

    ended = await fakes.records.get(ALICE, accepted.id)
    assert ended is not None
    assert ended.status is Status.CANCELED


@EVERY
async def test_the_history_is_there(host: str, client: StudioClient) -> None:
    accepted = await client.execute("generateImage", {"input": WISH})

    page = (await client.execute("generations", {"first": 5}))["generations"]

    ids = [edge["node"]["id"] for edge in page["edges"]]
    assert ids == [accepted["generateImage"]["generation"]["id"]]


@EVERY
async def test_a_token_that_is_not_accepted_is_said(host: str, access: Access) -> None:
    async with studio_client(replace(access, token="nobodys")) as strange:
        with pytest.raises(CommandFailed, match="does not accept this token"):
            await strange.execute("viewer", {})
