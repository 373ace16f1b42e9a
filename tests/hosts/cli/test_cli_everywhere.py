"""`generate` and `history` with every host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.generation import Generation, Progress, Status
from genai_studio.hosts.cli.client import follow
from genai_studio.hosts.cli.client.access import Access
from genai_studio.hosts.cli.client.api_types import Generation as GenerationData
from genai_studio.hosts.cli.client.api_types import Progress as ProgressData
from genai_studio.hosts.cli.client.generation import run_generation
from genai_studio.hosts.cli.client.studio_client import StudioClient, studio_client
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.ports import GenerationEvent
from tests.builders import ALICE, NOON, an_image, succeeded
from tests.fakes.identity import ALICES_TOKEN
from tests.fakes.studio import FakeStudio, a_studio
from tests.hosts.aws.support.api_gateway import api_gateway
from tests.hosts.suite.appsync_host import ServedAppSyncHost
from tests.hosts.suite.asgi_hosts import ServedHost

pytestmark = pytest.mark.anyio

REQUEST = {"prompt": "a red apple"}
SUBSCRIBABLE = pytest.mark.parametrize("host", ["asgi", "appsync"])
ALL = pytest.mark.parametrize("host", ["asgi", "appsync", "api-gateway"])


class StateQueue:
    """Records the states that `run_generation` reports."""

    def __init__(self) -> None:
        self.states: asyncio.Queue[GenerationData] = asyncio.Queue()

    def put(self, generation: GenerationData) -> None:
        self.states.put_nowait(generation)

    async def until(self, status: str) -> GenerationData:
        """Return the next state with this status."""
        while (state := await self.states.get()).status != status:
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


async def accepted_generation(fakes: FakeStudio, states: StateQueue) -> Generation:
    state = await states.until("QUEUED")
    found = await fakes.records.get(ALICE, state.id)
    assert found is not None
    return found


@SUBSCRIBABLE
async def test_run_generation_follows_the_subscription(
    host: str, client: StudioClient, fakes: FakeStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "SILENCE_SECONDS", 3600.0)
    states = StateQueue()
    task = asyncio.create_task(run_generation(client, REQUEST, states.put))
    running = state_machine.claim(
        await accepted_generation(fakes, states), NOON, timedelta(minutes=1)
    )
    image = an_image(running)
    finished = state_machine.succeed(running, running.fence, NOON, (image,))

    # The subscription may open later than its acknowledgment, so publish repeatedly.
    while states.states.empty():
        await fakes.events.publish(GenerationEvent(running, Progress(1, 2, 8, None)))
        await asyncio.sleep(0.05)
    assert (await states.until("RUNNING")).progress == ProgressData(attempt=1, step=2, steps=8)
    await fakes.events.publish(GenerationEvent(finished))

    assert (await task).images[0].url


@ALL
async def test_run_generation_polls_without_events(
    host: str, client: StudioClient, fakes: FakeStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "SILENCE_SECONDS", 0.05)
    monkeypatch.setattr(follow, "POLL_SECONDS", 0.05)
    states = StateQueue()
    task = asyncio.create_task(run_generation(client, REQUEST, states.put))
    accepted = await accepted_generation(fakes, states)

    await fakes.records.save(accepted, succeeded(accepted))

    assert (await task).status == "SUCCEEDED"


@ALL
async def test_ctrl_c_cancels_the_generation(
    host: str, client: StudioClient, fakes: FakeStudio
) -> None:
    states = StateQueue()
    task = asyncio.create_task(run_generation(client, REQUEST, states.put))
    accepted = await accepted_generation(fakes, states)

    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    ended = await fakes.records.get(ALICE, accepted.id)
    assert ended is not None
    assert ended.status is Status.CANCELED


@ALL
async def test_history_contains_the_generation(host: str, client: StudioClient) -> None:
    accepted = await client.execute("generateImage", {"input": REQUEST})

    page = (await client.execute("generations", {"first": 5}))["generations"]

    ids = [edge["node"]["id"] for edge in page["edges"]]
    assert ids == [accepted["generateImage"]["generation"]["id"]]


@ALL
async def test_an_invalid_token_is_reported(host: str, access: Access) -> None:
    async with studio_client(replace(access, token="invalid")) as client:
        with pytest.raises(CommandFailed, match="rejected the access token"):
            await client.execute("viewer", {})
