"""Damage each file of a data directory: the start names the file and the way back."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from genai_studio.bootstrap.local import local_studio
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import Settings
from tests.serving.studio_process import (
    TOY_PROGRAM,
    StudioProcess,
    until,
)
from tests.serving.wire_client import WireClient

ADVICE = "See “Restore a studio on one machine” in docs/operate.md."
DOCUMENT = Path(__file__).parents[2] / "docs" / "operate.md"
SIGNING = "content-credentials/signing.pem"
IMAGE = {"width": 128, "height": 128, "steps": 1}


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with two images, of a studio that has stopped."""
    data = tmp_path_factory.mktemp("used") / "data"
    studio = StudioProcess(data, program=TOY_PROGRAM)
    studio.start()
    client = WireClient(studio.url, studio.token)
    try:
        ids = [client.submit(f"image {number}", **IMAGE)["id"] for number in range(2)]
        until(lambda: all(client.generation(one)["finishedAt"] for one in ids), "no image")
    finally:
        client.close()
        studio.stop()
    return data


@pytest.fixture
def data(used: Path, tmp_path: Path) -> Path:
    return shutil.copytree(used, tmp_path / "data")


def refusal(data: Path) -> str:
    """Open the studio's stores and return the message of the refusal; empty if they open."""
    try:
        # Nothing listens on port 9: the studio is not started.
        studio = local_studio(Settings(data_dir=data, endpoint_url="http://127.0.0.1:9"))
    except StudioUnavailable as error:
        return str(error)
    studio.records.close()
    return ""


def damage_pages(path: Path) -> None:
    content = bytearray(path.read_bytes())
    # Every page but the first, which contains the header and the schema.
    for offset in range(4096, len(content), 4096):
        content[offset : offset + 64] = b"\xa5" * 64
    path.write_bytes(content)


def replace_by_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def damages() -> Iterator[tuple[str, str, Callable[[Path], object]]]:
    keys = ("identity/subjects.key", "identity/token-signing.pem", "image-signing.key", SIGNING)
    for name in keys:
        yield f"{name} empty", name, lambda path: path.write_bytes(b"")
        yield f"{name} short", name, lambda path: path.write_bytes(path.read_bytes()[:16])
        yield f"{name} garbage", name, lambda path: path.write_bytes(b"\xa5" * 33)
        yield f"{name} a directory", name, replace_by_directory
    subjects, records = keys[0], "records.sqlite3"
    yield "another subjects key", subjects, lambda path: path.write_bytes(b"\xa5" * 32)
    yield "no subjects key", subjects, lambda path: path.unlink()
    yield "no identity", subjects, lambda path: shutil.rmtree(path.parent)
    yield "damaged pages", records, damage_pages
    yield "damaged header", records, lambda path: path.write_bytes(b"\xa5" * 8192)
    yield "truncated", records, lambda path: path.write_bytes(path.read_bytes()[:-8192])
    yield "no database", records, lambda path: path.unlink()
    yield "empty database", records, lambda path: path.write_bytes(b"")


@pytest.mark.parametrize(
    ("name", "damage"),
    [pytest.param(name, damage, id=case) for case, name, damage in damages()],
)
def test_start_names_damaged_file_and_way_back(
    data: Path, name: str, damage: Callable[[Path], object]
) -> None:
    damage(data / name)

    message = refusal(data)

    assert str(data / name) in message
    assert message.endswith(ADVICE)


def test_undamaged_copy_starts(data: Path) -> None:
    assert refusal(data) == ""


@pytest.mark.parametrize("name", ["identity/token-signing.pem", "image-signing.key", SIGNING])
def test_rotated_keys_are_created_again(data: Path, name: str) -> None:
    (data / name).unlink()

    assert refusal(data) == ""
    assert (data / name).stat().st_mode & 0o777 == 0o600


def test_damaged_lock_is_named(data: Path) -> None:
    (data / "studio.lock").write_bytes(b"\xa5" * 4096)

    assert "studio.lock is damaged. It contains no data: delete it" in refusal(data)


def test_damage_under_a_running_studio_fails_health(data: Path) -> None:
    studio = StudioProcess(data, program=TOY_PROGRAM)
    studio.start()
    client = WireClient(studio.url, studio.token)
    try:
        with sqlite3.connect(data / "records.sqlite3") as connection:
            connection.execute("PRAGMA wal_checkpoint(FULL)")
        connection.close()
        with (data / "records.sqlite3").open("r+b") as file:
            for offset in range(4096, (data / "records.sqlite3").stat().st_size, 4096):
                file.seek(offset)
                file.write(b"\xa5" * 64)
        for _ in range(3):
            answer = client.http.post(
                f"{studio.url}/graphql",
                json={"query": "{ generations(first: 5) { edges { node { id } } } }"},
                headers={"Authorization": f"Bearer {studio.token}"},
            )
        found = until(
            lambda: (
                client.http.get(f"{studio.url}/healthz").json().get("reasons", {}).get("records")
            ),
            f"health is ok: {answer.text}",
        )
        assert "records.sqlite3 is damaged" in found
    finally:
        client.close()
        studio.close()


def test_advice_is_in_the_documentation() -> None:
    assert "\n## Restore a studio on one machine\n" in DOCUMENT.read_text("utf-8")
