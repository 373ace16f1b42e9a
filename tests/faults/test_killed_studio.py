"""Kill the processes of a studio: no accepted request is lost, no image is made twice."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.serving.studio_process import (
    TOY_PROGRAM,
    WAIT_SECONDS,
    StudioProcess,
    alive,
    command,
    environment,
    until,
)
from tests.serving.wire_client import WireClient

STEPS = 24
STEP_SECONDS = 0.05
IMAGE = {"width": 128, "height": 128, "steps": STEPS, "seed": 7}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[StudioProcess]:
    studio = StudioProcess(
        tmp_path / "data", program=TOY_PROGRAM, TOY_STEP_SECONDS=str(STEP_SECONDS)
    )
    studio.start()
    yield studio
    studio.close()


@pytest.fixture
def clients() -> Iterator[list[WireClient]]:
    opened: list[WireClient] = []
    yield opened
    for client in opened:
        client.close()


@pytest.fixture
def client(studio: StudioProcess, clients: list[WireClient]) -> WireClient:
    return connected(studio, clients)


def connected(studio: StudioProcess, clients: list[WireClient]) -> WireClient:
    clients.append(WireClient(studio.url, studio.token))
    return clients[-1]


def until_midway(client: WireClient, *prompts: str, **requested: Any) -> list[str]:
    """Submit, and return the IDs when the first image is half done."""
    with client.subscription() as pushes:
        ids = [str(client.submit(prompt, **IMAGE, **requested)["id"]) for prompt in prompts]
        steps = STEPS * requested.get("count", 1)
        for pushed in pushes:
            progress = pushed["progress"]
            if progress is not None and progress["step"] >= steps // 2:
                return ids
    raise AssertionError("The subscription ended.")


def until_finished(client: WireClient, ids: list[str]) -> list[dict[str, Any]]:
    def all_final() -> list[dict[str, Any]] | None:
        found = [client.generation(one) for one in ids]
        return found if all(one["finishedAt"] for one in found) else None

    finished: list[dict[str, Any]] = until(all_final, "a generation was lost")
    return finished


def timeline(client: WireClient, generation_id: str) -> list[str]:
    entries = client.execute("generationTimeline", id=generation_id)["timeline"]
    return [entry["step"] for entry in entries]


def objects(studio: StudioProcess) -> set[str]:
    images = studio.data_dir / "images"
    return {path.relative_to(images).as_posix() for path in images.rglob("*") if path.is_file()}


def assert_one_set_of_images(studio: StudioProcess, client: WireClient, ids: list[str]) -> None:
    """Assert that each generation succeeded once and that no other images are stored."""
    finished = until_finished(client, ids)
    assert [one["status"] for one in finished] == ["SUCCEEDED"] * len(ids)
    for one in finished:
        assert len(one["images"]) == one["count"]
        assert timeline(client, one["id"]).count("finished") == 1
    wanted = sum(one["count"] for one in finished)
    # The objects of lost attempts are deleted right after the final event.
    until(lambda: len(objects(studio)) == 2 * wanted, "unreferenced objects remain")
    for one in finished:
        prefix = f"{one['owner']}/{one['id']}/"
        pngs = [key for key in objects(studio) if key.startswith(prefix) and key.endswith(".png")]
        assert len(pngs) == one["count"]
        for image in one["images"]:
            assert client.http.get(image["url"]).status_code == 200


def test_killed_studio_finishes_running_and_queued_generations(
    studio: StudioProcess, client: WireClient, clients: list[WireClient]
) -> None:
    ids = until_midway(client, "a red apple", "a green pear", "a blue car", count=2)
    studio.kill()
    assert objects(studio), "no generation was running"
    studio.start()
    client = connected(studio, clients)
    assert_one_set_of_images(studio, client, ids)
    attempts = [step for step in timeline(client, ids[0]) if step.startswith("claimed")]
    assert attempts == ["claimed, attempt 1", "claimed, attempt 2"]


def test_studio_finishes_after_repeated_kills(
    studio: StudioProcess, client: WireClient, clients: list[WireClient]
) -> None:
    ids = until_midway(client, "a red apple")
    for _ in range(2):
        studio.kill()
        studio.start()
    assert_one_set_of_images(studio, connected(studio, clients), ids)


def test_accepted_requests_survive_immediate_kill(
    studio: StudioProcess, client: WireClient, clients: list[WireClient]
) -> None:
    def submit(number: int) -> str:
        requested = {**IMAGE, "steps": 1, "clientRequestId": f"request-{number}"}
        return str(client.submit(f"a red apple, {number}", **requested)["id"])

    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(submit, range(8)))
    studio.kill()
    studio.start()
    client = connected(studio, clients)
    # A client that missed the response sends the request again and gets the same IDs.
    assert [submit(number) for number in range(8)] == ids
    assert_one_set_of_images(studio, client, ids)


def test_killed_inference_process_is_replaced_without_losing_images(
    studio: StudioProcess, client: WireClient
) -> None:
    ids = until_midway(client, "a red apple", "a green pear")
    killed, own = studio.inference_pid(), studio.pid
    os.kill(killed, signal.SIGKILL)
    assert_one_set_of_images(studio, client, ids)
    assert (alive(own), alive(killed)) == (True, False)
    assert studio.inference_pid() != killed


def has_ended(pid: int) -> bool:
    return not alive(pid)


def test_repeated_kills_of_inference_process_never_fail_an_image(
    studio: StudioProcess, client: WireClient
) -> None:
    ids = until_midway(client, "a red apple")
    for _ in range(3):  # as many times as an image may fail
        killed = studio.inference_pid()
        os.kill(killed, signal.SIGKILL)
        until(partial(has_ended, killed), "the inference process still runs")
        studio.until_ready()
        until(lambda: client.generation(ids[0])["status"] == "RUNNING", "no other attempt")
    assert_one_set_of_images(studio, client, ids)
    # A kill between the claim and the request loses no attempt.
    assert "process ended" in timeline(client, ids[0])
    assert not any("answered" in step for step in timeline(client, ids[0]))


def test_stopped_studio_releases_claims_and_leaves_no_process(
    studio: StudioProcess, client: WireClient, clients: list[WireClient]
) -> None:
    ids = until_midway(client, "a red apple")
    child = studio.inference_pid()
    assert studio.stop() == 0
    until(lambda: not alive(child), "the inference process still runs")
    assert not (studio.data_dir / "studio.json").exists()
    studio.start()
    client = connected(studio, clients)
    assert_one_set_of_images(studio, client, ids)
    assert "released the claim" in timeline(client, ids[0])


def test_sigterm_stops_background_studio(tmp_path: Path) -> None:
    up = command("up", "--no-browser", "--port", "0", program=TOY_PROGRAM)
    # A shell makes background jobs ignore SIGINT.
    background = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *up]
    with subprocess.Popen(
        background,
        env=environment(GENAI_STUDIO_DATA_DIR=str(tmp_path / "data")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        next(line for line in running.stdout if "/#token=" in line)
        running.send_signal(signal.SIGTERM)
        _, stderr = running.communicate(timeout=WAIT_SECONDS)
    assert running.returncode == 0, stderr
    assert stderr.endswith("Stopping the studio.\n")
    assert not (tmp_path / "data" / "studio.json").exists()


def test_ctrl_c_cancels_generation_of_generate_command(
    studio: StudioProcess, client: WireClient, tmp_path: Path
) -> None:
    with client.subscription() as pushes:
        waiting = subprocess.Popen(
            # Four large images of 100 steps take seconds on any machine.
            command(
                *("generate", "a red apple", "--steps", "100", "--count", "4"),
                *("--width", "512", "--height", "512", "--out", str(tmp_path / "a.png")),
            ),
            env=environment(GENAI_STUDIO_DATA_DIR=str(studio.data_dir)),
            stderr=subprocess.PIPE,
            text=True,
        )
        started = next(pushed for pushed in pushes if pushed["progress"] is not None)
        waiting.send_signal(signal.SIGINT)
        _, written = waiting.communicate(timeout=WAIT_SECONDS)
        assert (waiting.returncode, written) == (130, "")
        ended = next(pushed for pushed in pushes if pushed["finishedAt"] is not None)
    assert (ended["id"], ended["status"]) == (started["id"], "CANCELED")
    until(lambda: not objects(studio), "objects of the canceled generation remain")
