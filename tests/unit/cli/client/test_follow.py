from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from genai_studio.hosts.cli.client import follow
from genai_studio.hosts.cli.client.follow import Follower, merge
from genai_studio.hosts.cli.client.studio_client import Unreachable
from genai_studio.hosts.cli.output.failures import CommandFailed
from tests.fakes.studio_client import StudioDouble, a_progress, a_state

pytestmark = pytest.mark.anyio

QUEUED = {"generation": a_state("QUEUED", 1)}
DONE = {"generation": a_state("SUCCEEDED", 3)}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "POLL_SECONDS", 0.0)


async def watched(client: StudioDouble, *pushes: dict[str, Any] | None) -> list[dict[str, Any]]:
    async with Follower(client) as follower:
        for pushed in pushes:
            client.pushed.put_nowait(pushed)
        return [state async for state in follower.watch("g")]


async def test_pushes_are_followed_to_the_end() -> None:
    client = StudioDouble(generation=[QUEUED])
    states = await watched(
        client,
        a_state("RUNNING", 2),
        a_state("RUNNING", 2, progress=a_progress(1)),
        a_state("RUNNING", 2, progress=a_progress(2)),
        a_state("SUCCEEDED", 3),
    )
    assert [state["status"] for state in states] == ["QUEUED", *["RUNNING"] * 3, "SUCCEEDED"]
    assert [name for name, _ in client.sent] == ["generation"]


async def test_what_happened_before_the_first_question_is_not_missed() -> None:
    client = StudioDouble(generation=[DONE])
    assert [state["status"] for state in await watched(client)] == ["SUCCEEDED"]


async def test_others_generations_and_older_states_are_left_out() -> None:
    client = StudioDouble(generation=[{"generation": a_state("RUNNING", 2)}])
    states = await watched(
        client,
        a_state("QUEUED", 1),
        a_state("SUCCEEDED", 9, id="another"),
        a_state("SUCCEEDED", 3),
    )
    assert [state["version"] for state in states] == [2, 3]


async def test_progress_goes_on_though_the_record_changed_meanwhile() -> None:
    client = StudioDouble(generation=[QUEUED])
    states = await watched(
        client,
        a_state("RUNNING", 3, favorite=True),
        a_state("RUNNING", 2, progress=a_progress(5)),
        a_state("SUCCEEDED", 4),
    )
    assert [state["version"] for state in states] == [1, 3, 3, 4]
    assert states[2]["progress"]["step"] == 5
    assert states[2]["favorite"]


async def test_silence_is_broken_by_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "SILENCE_SECONDS", 0.0)
    client = StudioDouble(generation=[QUEUED, QUEUED, DONE])
    assert [state["status"] for state in await watched(client)] == ["QUEUED", "SUCCEEDED"]


@pytest.mark.parametrize("pushes", [True, False], ids=["broken", "refused"])
async def test_without_pushes_the_studio_is_asked(pushes: bool) -> None:
    client = StudioDouble(pushes=pushes, generation=[QUEUED, QUEUED, DONE])
    states = await watched(client, None)
    assert [state["status"] for state in states] == ["QUEUED", "SUCCEEDED"]


async def test_a_studio_that_restarts_is_asked_again() -> None:
    gone = Unreachable("Nobody there.")
    client = StudioDouble(generation=[QUEUED, gone, gone, DONE])
    assert (await watched(client, None))[-1]["status"] == "SUCCEEDED"


async def test_a_studio_that_stays_away_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    client = StudioDouble(generation=[Unreachable("Nobody there.")])
    with pytest.raises(Unreachable):
        await watched(client)
    assert len(client.sent) == follow.MAX_UNREACHABLE


async def test_a_deleted_generation_ends_the_watch() -> None:
    with pytest.raises(CommandFailed, match="deleted"):
        await watched(StudioDouble(generation=[{"generation": None}]))


async def test_a_later_attempt_begins_its_progress_anew() -> None:
    old = a_state("RUNNING", 4, progress=a_progress(7))
    new = a_state("RUNNING", 4, progress=a_progress(1, attempt=2))
    assert merge(old, new)["progress"] == a_progress(1, attempt=2)
    assert merge(new, old)["progress"] == a_progress(1, attempt=2)


async def test_a_bug_in_the_subscription_is_said_and_does_not_keep_the_image_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Broken(StudioDouble):
        async def subscribe(
            self, name: str, variables: dict[str, Any], on_open: Callable[[], None]
        ) -> AsyncGenerator[dict[str, Any], None]:
            raise ValueError
            yield {}

    client = Broken(generation=[QUEUED, DONE])

    assert [state["status"] for state in await watched(client)] == ["QUEUED", "SUCCEEDED"]
    assert "A bug in genai-studio: ValueError" in capsys.readouterr().err
