"""Fill the disk of a studio: health, the failure and the log say so, and nothing is lost."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.faults.test_killed_studio import assert_one_set_of_images, until_midway
from tests.serving.studio_process import TOY_PROGRAM, StudioProcess, until
from tests.serving.wire_client import WireClient

SIZE = "4m"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    path = tmp_path / "disk"
    path.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(path)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("needs permission to mount a file system")
    yield path
    subprocess.run(["umount", "--lazy", str(path)], check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass
    return filler


def health(studio: StudioProcess) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.get(f"{studio.url}/healthz")


def test_full_disk_is_reported_and_work_goes_on_when_there_is_space(disk: Path) -> None:
    studio = StudioProcess(disk / "data", program=TOY_PROGRAM, TOY_STEP_SECONDS="0.05")
    studio.start()
    client = WireClient(studio.url, studio.token)
    try:
        ids = until_midway(client, "a red apple")
        filler = fill(disk)
        until(lambda: "images" in health(studio).json().get("reasons", {}), "health is ok")
        assert "The disk is full" in health(studio).json()["reasons"]["images"]
        filler.unlink()
        assert_one_set_of_images(studio, client, ids)
        until(lambda: health(studio).status_code == 200, "health stays bad")
    finally:
        client.close()
        studio.close()


def test_removed_image_folder_fails_health(tmp_path: Path) -> None:
    studio = StudioProcess(tmp_path / "data", program=TOY_PROGRAM)
    studio.start()
    try:
        images = studio.data_dir / "images"
        images.rmdir()
        images.write_text("in the way")
        until(lambda: "images" in health(studio).json().get("reasons", {}), "health is ok")
    finally:
        studio.close()
