from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from genai_studio.hosts.cli.client import follow, generation
from genai_studio.hosts.cli.client.access import Access
from genai_studio.hosts.cli.client.generation import generate_to_files, submit
from genai_studio.hosts.cli.client.studio_client import Unreachable
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.hosts.cli.output.progress_bar import ProgressBar
from genai_studio.settings import Settings
from tests.fakes.studio_client import StudioDouble, a_state

pytestmark = pytest.mark.anyio

ACCEPTED = {"generateImage": {"generation": a_state("QUEUED", 1), "userErrors": []}}
GONE = Unreachable("Nobody there.")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation, "SUBMIT_WAITS", (0.0, 0.0))


async def test_a_submit_without_an_answer_is_sent_again_under_the_same_key() -> None:
    client = StudioDouble(generateImage=[GONE, GONE, ACCEPTED])
    assert (await submit(client, {"prompt": "a red apple"}))["id"] == "g"
    keys = {variables["input"]["clientRequestId"] for _, variables in client.sent}
    assert len(client.sent) == 3
    assert len(keys) == 1


async def test_a_studio_that_never_answers_is_given_up() -> None:
    client = StudioDouble(generateImage=[GONE])
    with pytest.raises(Unreachable):
        await submit(client, {"prompt": "a red apple"})
    assert len(client.sent) == 3


async def test_a_refusal_is_not_sent_again() -> None:
    error = {"code": "INVALID_INPUT", "message": "Too wide.", "path": ["input", "width"]}
    refused = {"generateImage": {"generation": None, "userErrors": [error]}}
    client = StudioDouble(generateImage=[refused])
    with pytest.raises(CommandFailed, match=r"--width: Too wide\."):
        await submit(client, {"prompt": "a red apple", "width": 9000})
    assert len(client.sent) == 1


async def test_two_submits_have_two_keys() -> None:
    client = StudioDouble(generateImage=[ACCEPTED])
    for _ in range(2):
        await submit(client, {"prompt": "a red apple"})
    first, second = (variables["input"]["clientRequestId"] for _, variables in client.sent)
    assert first != second


async def generated(
    monkeypatch: pytest.MonkeyPatch, out: Path, finished: dict[str, Any], **files: bytes
) -> None:
    client = StudioDouble(
        pushes=False, generateImage=[ACCEPTED], generation=[{"generation": finished}]
    )
    client.files = files

    @asynccontextmanager
    async def access(*_: Any, **__: Any) -> AsyncIterator[Access]:
        yield Access("http://127.0.0.1:1", "token")

    @asynccontextmanager
    async def connected(_: Access) -> AsyncIterator[StudioDouble]:
        yield client

    monkeypatch.setattr(generation, "studio_access", access)
    monkeypatch.setattr(generation, "studio_client", connected)
    await generate_to_files(
        Settings(), {"prompt": "a red apple"}, out, url=None, token=None, as_json=True
    )


def an_image(url: str, data: bytes, seed: int) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    return {"url": url, "sha256": digest, "seed": seed, "width": 256, "height": 256}


async def test_every_image_is_written_under_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    images = [an_image("one", b"first", 7), an_image("two", b"second", 8)]
    finished = a_state("SUCCEEDED", 3, images=images, prompt="a red apple", model="builtin", seed=7)
    await generated(monkeypatch, tmp_path / "a.png", finished, one=b"first", two=b"second")
    assert (tmp_path / "a-1.png").read_bytes() == b"first"
    assert (tmp_path / "a-2.png").read_bytes() == b"second"
    told = json.loads(capsys.readouterr().out)
    assert [image["seed"] for image in told["images"]] == [7, 8]


async def test_a_damaged_image_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished = a_state("SUCCEEDED", 3, images=[an_image("one", b"first", 7)])
    with pytest.raises(CommandFailed, match="damaged"):
        await generated(monkeypatch, tmp_path / "a.png", finished, one=b"fir")
    assert not (tmp_path / "a.png").exists()


async def test_a_failure_is_told_with_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = {"code": "CONTENT_FILTERED", "message": "The filter refused it.", "retryable": False}
    with pytest.raises(CommandFailed, match=r"The filter refused it\. \(CONTENT_FILTERED\)"):
        await generated(monkeypatch, tmp_path / "a.png", a_state("FAILED", 3, failure=failure))


async def test_a_cancel_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandFailed, match="canceled"):
        await generated(monkeypatch, tmp_path / "a.png", a_state("CANCELED", 3))


async def test_ctrl_c_cancels_what_nobody_waits_for() -> None:
    client = StudioDouble(
        generateImage=[ACCEPTED],
        generation=[{"generation": a_state("RUNNING", 2)}],
        cancelGeneration=[GONE],
    )
    watching = asyncio.Event()

    class Bar(ProgressBar):
        def show(self, generation: dict[str, Any]) -> None:
            watching.set()

    running = asyncio.create_task(generation.drawn(client, {"prompt": "x"}, Bar()))
    await watching.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert client.sent[-1] == ("cancelGeneration", {"id": "g"})


async def test_ctrl_c_on_the_way_to_the_studio_leaves_nothing_to_be_drawn() -> None:
    sent, answered = asyncio.Event(), asyncio.Event()

    class Slow(StudioDouble):
        async def execute(self, name: str, variables: dict[str, Any]) -> dict[str, Any]:
            if name == "generateImage":
                sent.set()
                await answered.wait()
            return await super().execute(name, variables)

    client = Slow(generateImage=[ACCEPTED], cancelGeneration=[GONE])
    running = asyncio.create_task(generation.drawn(client, {"prompt": "x"}, ProgressBar()))
    await sent.wait()
    running.cancel()
    await asyncio.sleep(0)
    answered.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert client.sent[-1] == ("cancelGeneration", {"id": "g"})


async def test_ctrl_c_does_not_wait_for_a_studio_that_never_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(generation, "CANCEL_SECONDS", 0.01)
    sent = asyncio.Event()

    class Silent(StudioDouble):
        async def execute(self, name: str, variables: dict[str, Any]) -> dict[str, Any]:
            sent.set()
            await asyncio.Event().wait()
            raise AssertionError("It never answers.")

    running = asyncio.create_task(generation.drawn(Silent(), {"prompt": "x"}, ProgressBar()))
    await sent.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_long_wait_hints_at_the_doctor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generation, "HINT_SECONDS", 0.0)
    monkeypatch.setattr(follow, "POLL_SECONDS", 0.0)
    running = {"generation": a_state("RUNNING", 2)}
    done = {"generation": a_state("SUCCEEDED", 3)}
    client = StudioDouble(pushes=False, generateImage=[ACCEPTED], generation=[*[running] * 5, done])
    await generation.drawn(client, {"prompt": "x"}, ProgressBar())
    assert "genai-studio doctor" in capsys.readouterr().err
