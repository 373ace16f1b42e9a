"""`generate_to_files` with a fake client."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from genai_studio.hosts.cli.client import access, studio_client
from genai_studio.hosts.cli.client.access import Access
from genai_studio.hosts.cli.commands.generate import generate_to_files
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.settings import Settings
from tests.fakes.studio_client import FakeStudioClient, generation_data

pytestmark = pytest.mark.anyio

ACCEPTED = {"generateImage": {"generation": generation_data("QUEUED", 1), "userErrors": []}}


async def generated(
    monkeypatch: pytest.MonkeyPatch, out: Path, final: dict[str, Any], **files: bytes
) -> None:
    client = FakeStudioClient(
        subscribable=False, generateImage=[ACCEPTED], generation=[{"generation": final}]
    )
    client.files = files

    @asynccontextmanager
    async def fake_access(*_: Any, **__: Any) -> AsyncIterator[Access]:
        yield Access("http://127.0.0.1:1", "token")

    @asynccontextmanager
    async def fake_client(_: Access) -> AsyncIterator[FakeStudioClient]:
        yield client

    monkeypatch.setattr(access, "studio_access", fake_access)
    monkeypatch.setattr(studio_client, "studio_client", fake_client)
    await generate_to_files(
        Settings(), {"prompt": "a red apple"}, out, url=None, token=None, as_json=True
    )


def image_data(url: str, data: bytes, seed: int) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    return {"url": url, "sha256": digest, "seed": seed, "width": 256, "height": 256}


async def test_generate_writes_each_image_to_a_numbered_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    images = [image_data("one", b"first", 7), image_data("two", b"second", 8)]
    final = generation_data("SUCCEEDED", 3, images=images)
    await generated(monkeypatch, tmp_path / "a.png", final, one=b"first", two=b"second")
    assert (tmp_path / "a-1.png").read_bytes() == b"first"
    assert (tmp_path / "a-2.png").read_bytes() == b"second"
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == ["id", "prompt", "model", "seed", "images"]
    assert list(printed["images"][0]) == ["file", "seed", "width", "height", "sha256"]
    assert [image["seed"] for image in printed["images"]] == [7, 8]


async def test_generate_does_not_write_an_image_with_a_wrong_checksum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    final = generation_data("SUCCEEDED", 3, images=[image_data("one", b"first", 7)])
    with pytest.raises(CommandFailed, match="damaged"):
        await generated(monkeypatch, tmp_path / "a.png", final, one=b"fir")
    assert not (tmp_path / "a.png").exists()


async def test_generate_reports_a_failure_with_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = {"code": "CONTENT_FILTERED", "message": "The filter refused it.", "retryable": False}
    with pytest.raises(CommandFailed, match=r"The filter refused it\. \(CONTENT_FILTERED\)"):
        await generated(
            monkeypatch, tmp_path / "a.png", generation_data("FAILED", 3, failure=failure)
        )


async def test_generate_reports_a_cancellation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandFailed, match="canceled"):
        await generated(monkeypatch, tmp_path / "a.png", generation_data("CANCELED", 3))
