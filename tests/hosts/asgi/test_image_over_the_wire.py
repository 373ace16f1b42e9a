"""Generate one image with only HTTP and WebSocket."""

from __future__ import annotations

import hashlib
import io
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from genai_studio.content_credentials.verifier import C2paVerifier
from genai_studio.imaging.visible_label import LABEL_TEXTS, with_label
from genai_studio.ports import CredentialStatus
from tests.serving.studio_process import TOY_PROGRAM, StudioProcess
from tests.serving.wire_client import WireClient

STEPS = 12
LABEL = {"GENAI_STUDIO_DOWNLOAD_LABEL": "zh"}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("studio")


@pytest.fixture(scope="module")
def client(data_dir: Path) -> Iterator[WireClient]:
    studio = StudioProcess(data_dir, program=TOY_PROGRAM, TOY_STEP_SECONDS="0.05", **LABEL)
    studio.start()
    client = WireClient(studio.url, studio.token)
    yield client
    client.close()
    studio.close()


@pytest.fixture(scope="module")
def pushes(client: WireClient) -> list[dict[str, Any]]:
    """Return all subscription results of one generation."""
    seen = []
    with client.subscription() as pushed:
        wanted = client.submit("a red apple", width=128, height=192, steps=STEPS, seed=7)["id"]
        for state in pushed:
            assert state["id"] == wanted
            seen.append(state)
            if state["finishedAt"] is not None:
                break
    return seen


@pytest.fixture(scope="module")
def image(pushes: list[dict[str, Any]]) -> dict[str, Any]:
    (only,) = pushes[-1]["images"]
    return dict(only)


def test_generation_runs_then_succeeds(pushes: list[dict[str, Any]]) -> None:
    statuses = [state["status"] for state in pushes if state["status"] != "QUEUED"]
    assert statuses == ["RUNNING"] * (len(statuses) - 1) + ["SUCCEEDED"]
    versions = [state["version"] for state in pushes if state["progress"] is None]
    assert versions == sorted(versions)


def test_progress_steps_increase(pushes: list[dict[str, Any]]) -> None:
    progress_updates = [state["progress"] for state in pushes if state["progress"] is not None]
    steps = [progress["step"] for progress in progress_updates]
    assert len(set(steps)) >= 3
    assert steps == sorted(steps)
    assert {progress["steps"] for progress in progress_updates} == {STEPS}
    assert {progress["attempt"] for progress in progress_updates} == {1}


def test_url_returns_the_image(client: WireClient, image: dict[str, Any]) -> None:
    answer = client.http.get(image["url"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert hashlib.sha256(answer.content).hexdigest() == image["sha256"]
    with Image.open(io.BytesIO(answer.content)) as drawn:
        assert drawn.size == (128, 192)
        assert "a red apple" in drawn.info["parameters"]


def test_download_url_sets_a_file_name(client: WireClient, image: dict[str, Any]) -> None:
    answer = client.http.get(image["downloadUrl"])
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment; filename")


def test_a_download_has_a_visible_label_and_a_signature(
    client: WireClient, image: dict[str, Any], data_dir: Path
) -> None:
    plain, labeled = (client.http.get(image[link]).content for link in ("url", "downloadUrl"))
    with Image.open(io.BytesIO(plain)) as before, Image.open(io.BytesIO(labeled)) as after:
        assert after.tobytes() == with_label(before, LABEL_TEXTS["zh"]).tobytes()
        assert after.tobytes() != before.tobytes()
        assert after.info["parameters"] == before.info["parameters"]
    anchor = (data_dir / "content-credentials" / "anchor.pem").read_text()
    report = C2paVerifier(lambda: anchor).verify(labeled)
    assert report.status is CredentialStatus.TRUSTED


@pytest.mark.parametrize("link", ["url", "downloadUrl", "thumbnailUrl"])
def test_rejects_modified_url(client: WireClient, image: dict[str, Any], link: str) -> None:
    url = image[link]
    begin = len(url) - len(urlsplit(url).path + "?" + urlsplit(url).query) + len("/images/")
    assert client.http.get(url).status_code == 200
    alphabet = string.ascii_letters + string.digits
    for place in range(begin, len(url)):
        if url[place] not in alphabet:
            continue
        other = alphabet[(alphabet.index(url[place]) + 1) % len(alphabet)]
        altered = url[:place] + other + url[place + 1 :]
        assert client.http.get(altered).status_code == 403, altered
    for altered in (url[:-1], f"{url}x", url.partition("?")[0], f"{url}&expires=4102444800"):
        assert client.http.get(altered).status_code == 403, altered
