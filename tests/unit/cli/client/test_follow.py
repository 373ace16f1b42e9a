from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from genai_studio.hosts.cli.client import follow
from genai_studio.hosts.cli.client.api_types import Generation, Progress, decode
from genai_studio.hosts.cli.client.follow import Follower, merge
from genai_studio.hosts.cli.client.studio_client import Unreachable
from genai_studio.hosts.cli.output.failures import CommandFailed
from tests.fakes.studio_client import FakeStudioClient, generation_data, progress_data

pytestmark = pytest.mark.anyio

QUEUED = {"generation": generation_data("QUEUED", 1)}
DONE = {"generation": generation_data("SUCCEEDED", 3)}


@pytest.fixture(autouse=True)
def no_poll_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "POLL_SECONDS", 0.0)


async def watched(client: FakeStudioClient, *events: dict[str, Any] | None) -> list[Generation]:
    async with Follower(client) as follower:
        for event in events:
            client.events.put_nowait(event)
        return [state async for state in follower.watch("g")]


def statuses(states: list[Generation]) -> list[str]:
    return [state.status for state in states]


async def test_watch_yields_each_event_up_to_the_final_state() -> None:
    client = FakeStudioClient(generation=[QUEUED])
    states = await watched(
        client,
        generation_data("RUNNING", 2),
        generation_data("RUNNING", 2, progress=progress_data(1)),
        generation_data("RUNNING", 2, progress=progress_data(2)),
        generation_data("SUCCEEDED", 3),
    )
    assert statuses(states) == ["QUEUED", *["RUNNING"] * 3, "SUCCEEDED"]
    assert [name for name, _ in client.sent] == ["generation"]


async def test_watch_returns_at_once_if_the_generation_is_already_final() -> None:
    client = FakeStudioClient(generation=[DONE])
    assert statuses(await watched(client)) == ["SUCCEEDED"]


async def test_watch_ignores_other_generations_and_older_versions() -> None:
    client = FakeStudioClient(generation=[{"generation": generation_data("RUNNING", 2)}])
    states = await watched(
        client,
        generation_data("QUEUED", 1),
        generation_data("SUCCEEDED", 9, id="another"),
        generation_data("SUCCEEDED", 3),
    )
    assert [state.version for state in states] == [2, 3]


async def test_watch_merges_progress_into_a_newer_record() -> None:
    client = FakeStudioClient(generation=[QUEUED])
    states = await watched(
        client,
        generation_data("RUNNING", 3, favorite=True),
        generation_data("RUNNING", 2, progress=progress_data(5)),
        generation_data("SUCCEEDED", 4),
    )
    assert [state.version for state in states] == [1, 3, 3, 4]
    assert states[2].progress == Progress(attempt=1, step=5, steps=8)
    assert states[2].favorite


async def test_watch_queries_the_generation_after_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(follow, "SILENCE_SECONDS", 0.0)
    client = FakeStudioClient(generation=[QUEUED, QUEUED, DONE])
    assert statuses(await watched(client)) == ["QUEUED", "SUCCEEDED"]


@pytest.mark.parametrize("subscribable", [True, False], ids=["lost", "refused"])
async def test_watch_polls_without_a_subscription(subscribable: bool) -> None:
    client = FakeStudioClient(subscribable=subscribable, generation=[QUEUED, QUEUED, DONE])
    assert statuses(await watched(client, None)) == ["QUEUED", "SUCCEEDED"]


async def test_watch_retries_while_the_studio_restarts() -> None:
    unreachable = Unreachable("The studio is unreachable.")
    client = FakeStudioClient(generation=[QUEUED, unreachable, unreachable, DONE])
    assert (await watched(client, None))[-1].status == "SUCCEEDED"


async def test_watch_gives_up_after_max_unreachable_queries() -> None:
    client = FakeStudioClient(generation=[Unreachable("The studio is unreachable.")])
    with pytest.raises(Unreachable):
        await watched(client)
    assert len(client.sent) == follow.MAX_UNREACHABLE


async def test_watch_fails_if_the_generation_was_deleted() -> None:
    with pytest.raises(CommandFailed, match="deleted"):
        await watched(FakeStudioClient(generation=[{"generation": None}]))


async def test_merge_prefers_the_progress_of_the_later_attempt() -> None:
    first = decode(generation_data("RUNNING", 4, progress=progress_data(7)), Generation)
    second = decode(generation_data("RUNNING", 4, progress=progress_data(1, attempt=2)), Generation)
    assert merge(first, second).progress == second.progress
    assert merge(second, first).progress == second.progress


async def test_an_unexpected_subscription_error_is_printed_and_polling_continues(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Broken(FakeStudioClient):
        async def subscribe(
            self, name: str, variables: dict[str, Any], on_open: Callable[[], None]
        ) -> AsyncGenerator[dict[str, Any], None]:
            for broken in (ValueError(),):
                raise broken
            yield {}

    client = Broken(generation=[QUEUED, DONE])

    assert statuses(await watched(client)) == ["QUEUED", "SUCCEEDED"]
    assert "Internal error: ValueError" in capsys.readouterr().err


async def test_a_malformed_event_is_printed_and_polling_continues(
    capsys: pytest.CaptureFixture[str],
) -> None:
    client = FakeStudioClient(generation=[QUEUED, DONE])

    assert statuses(await watched(client, {"id": "g", "status": 7})) == ["QUEUED", "SUCCEEDED"]
    assert "does not match this version" in capsys.readouterr().err
