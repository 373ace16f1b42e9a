from __future__ import annotations

import asyncio
from typing import Any

import pytest

from genai_studio.hosts.cli.client import follow, generation
from genai_studio.hosts.cli.client.api_types import Generation
from genai_studio.hosts.cli.client.generation import run_generation, submit
from genai_studio.hosts.cli.client.studio_client import Unreachable
from genai_studio.hosts.cli.output.failures import CommandFailed
from tests.fakes.studio_client import FakeStudioClient, generation_data

pytestmark = pytest.mark.anyio

ACCEPTED = {"generateImage": {"generation": generation_data("QUEUED", 1), "userErrors": []}}
UNREACHABLE = Unreachable("The studio is unreachable.")


@pytest.fixture(autouse=True)
def no_submit_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "SUBMIT_DELAYS", (0.0, 0.0))


def ignore(_: Generation) -> None: ...


async def test_submit_retries_with_the_same_idempotency_key() -> None:
    client = FakeStudioClient(generateImage=[UNREACHABLE, UNREACHABLE, ACCEPTED])
    assert (await submit(client, {"prompt": "a red apple"})).id == "g"
    keys = {variables["input"]["clientRequestId"] for _, variables in client.sent}
    assert len(client.sent) == 3
    assert len(keys) == 1


async def test_submit_gives_up_after_the_last_delay() -> None:
    client = FakeStudioClient(generateImage=[UNREACHABLE])
    with pytest.raises(Unreachable):
        await submit(client, {"prompt": "a red apple"})
    assert len(client.sent) == 3


async def test_submit_does_not_retry_a_rejected_request() -> None:
    error = {"code": "INVALID_INPUT", "message": "Too wide.", "path": ["input", "width"]}
    rejected = {"generateImage": {"generation": None, "userErrors": [error]}}
    client = FakeStudioClient(generateImage=[rejected])
    with pytest.raises(CommandFailed, match=r"--width: Too wide\."):
        await submit(client, {"prompt": "a red apple", "width": 9000})
    assert len(client.sent) == 1


@pytest.mark.parametrize(
    "payload", [{"generation": None, "userErrors": []}, {"generation": {}, "userErrors": []}]
)
async def test_submit_reports_a_malformed_answer(payload: dict[str, Any]) -> None:
    client = FakeStudioClient(generateImage=[{"generateImage": payload}])
    with pytest.raises(CommandFailed, match="The studio's answer"):
        await submit(client, {"prompt": "a red apple"})


async def test_each_submit_has_its_own_idempotency_key() -> None:
    client = FakeStudioClient(generateImage=[ACCEPTED])
    for _ in range(2):
        await submit(client, {"prompt": "a red apple"})
    first, second = (variables["input"]["clientRequestId"] for _, variables in client.sent)
    assert first != second


async def test_ctrl_c_cancels_the_generation() -> None:
    client = FakeStudioClient(
        generateImage=[ACCEPTED],
        generation=[{"generation": generation_data("RUNNING", 2)}],
        cancelGeneration=[UNREACHABLE],
    )
    watching = asyncio.Event()
    running = asyncio.create_task(run_generation(client, {"prompt": "x"}, lambda _: watching.set()))
    await watching.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert client.sent[-1] == ("cancelGeneration", {"id": "g"})


async def test_ctrl_c_during_submit_cancels_the_accepted_generation() -> None:
    sent, answered = asyncio.Event(), asyncio.Event()

    class Slow(FakeStudioClient):
        async def execute(self, name: str, variables: dict[str, Any]) -> dict[str, Any]:
            if name == "generateImage":
                sent.set()
                await answered.wait()
            return await super().execute(name, variables)

    client = Slow(generateImage=[ACCEPTED], cancelGeneration=[UNREACHABLE])
    running = asyncio.create_task(run_generation(client, {"prompt": "x"}, ignore))
    await sent.wait()
    running.cancel()
    await asyncio.sleep(0)
    answered.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert client.sent[-1] == ("cancelGeneration", {"id": "g"})


async def test_ctrl_c_during_submit_gives_up_after_timeout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(generation, "CANCEL_TIMEOUT_SECONDS", 0.01)
    sent = asyncio.Event()

    class Silent(FakeStudioClient):
        async def execute(self, name: str, variables: dict[str, Any]) -> dict[str, Any]:
            sent.set()
            await asyncio.Event().wait()
            raise AssertionError("It never answers.")

    running = asyncio.create_task(run_generation(Silent(), {"prompt": "x"}, ignore))
    await sent.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_long_wait_prints_a_hint_at_doctor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generation, "HINT_SECONDS", 0.0)
    monkeypatch.setattr(follow, "POLL_SECONDS", 0.0)
    running = {"generation": generation_data("RUNNING", 2)}
    done = {"generation": generation_data("SUCCEEDED", 3)}
    client = FakeStudioClient(
        subscribable=False, generateImage=[ACCEPTED], generation=[*[running] * 5, done]
    )
    await run_generation(client, {"prompt": "x"}, ignore)
    assert "genai-studio doctor" in capsys.readouterr().err
