"""Remove and replace files of the data directory under a running studio: no loss is silent."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.serving.studio_process import (
    TOY_PROGRAM,
    WAIT_SECONDS,
    StudioProcess,
    command,
    environment,
    until,
)
from tests.serving.wire_client import WireClient, document

IMAGE = {"width": 128, "height": 128, "steps": 1}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[StudioProcess]:
    studio = StudioProcess(tmp_path / "data", program=TOY_PROGRAM)
    studio.start()
    yield studio
    studio.close()


@pytest.fixture
def client(studio: StudioProcess) -> Iterator[WireClient]:
    client = WireClient(studio.url, studio.token)
    yield client
    client.close()


def refusal(studio: StudioProcess, client: WireClient) -> str:
    """Submit, and return the message of the error."""
    response = client.http.post(
        f"{client.url}/graphql",
        json={
            "query": document("generateImage"),
            "variables": {"input": {"prompt": "x", "clientRequestId": "refused", **IMAGE}},
        },
        headers={"Authorization": f"Bearer {studio.token}"},
    )
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "UNAVAILABLE"
    return str(error["message"])


def health(studio: StudioProcess) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.get(f"{studio.url}/healthz")


def second_start(studio: StudioProcess) -> subprocess.CompletedProcess[str]:
    """Try to start another studio on the same path."""
    up = command("up", "--no-browser", "--port", "0", "--data-dir", str(studio.data_dir))
    return subprocess.run(
        up, env=environment(), capture_output=True, text=True, timeout=WAIT_SECONDS, check=False
    )


def replace_database(data: Path) -> None:
    copy = data / "copy"
    shutil.copy(data / "records.sqlite3", copy)
    copy.replace(data / "records.sqlite3")


@pytest.mark.parametrize(
    ("break_it", "named"),
    [
        (shutil.rmtree, "records.sqlite3"),
        (lambda data: data.rename(data.with_name("moved")), "records.sqlite3"),
        (replace_database, "records.sqlite3"),
        (lambda data: (data / "records.sqlite3").unlink(), "records.sqlite3"),
        (lambda data: (data / "studio.lock").unlink(), "studio.lock"),
    ],
    ids=["directory removed", "directory renamed", "replaced", "removed", "lock removed"],
)
def test_lost_file_is_reported_and_nothing_is_accepted(
    studio: StudioProcess, client: WireClient, break_it: Callable[[Path], object], named: str
) -> None:
    client.submit("before", **IMAGE)
    break_it(studio.data_dir)

    message = refusal(studio, client)

    assert f"{named} was removed or replaced while the studio was running" in message
    answer = health(studio)
    assert answer.status_code == 503
    assert answer.json()["reasons"]["records"] == message

    second = second_start(studio)
    assert second.returncode != 0
    assert ("still running" in second.stderr) or ("Another studio is running" in second.stderr)


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_changes_in_a_removed_log_are_saved(
    studio: StudioProcess, client: WireClient, suffix: str
) -> None:
    ids = [client.submit(f"image {number}", **IMAGE)["id"] for number in range(5)]
    (studio.data_dir / f"records.sqlite3{suffix}").unlink()

    until(lambda: health(studio).status_code == 503, "the loss was not noticed")
    assert f"records.sqlite3{suffix}" in refusal(studio, client)
    studio.kill()
    studio.start()

    again = WireClient(studio.url, studio.token)
    try:
        assert [again.generation(one)["id"] for one in ids] == ids
        again.submit("after", **IMAGE)
    finally:
        again.close()
