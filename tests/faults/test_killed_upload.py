"""Kill a studio that receives an upload: nothing remains, and the file can be sent again."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.serving.studio_process import TOY_PROGRAM, StudioProcess, until
from tests.serving.wire_client import WireClient

FILE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 16_000
SENT = len(FILE) // 2


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[StudioProcess]:
    studio = StudioProcess(tmp_path / "data", program=TOY_PROGRAM)
    studio.start()
    yield studio
    studio.close()


def files(studio: StudioProcess) -> list[Path]:
    uploads = studio.data_dir / "images" / "uploads"
    return [path for path in uploads.rglob("*") if path.is_file()]


def test_a_killed_upload_leaves_nothing_and_can_be_repeated(studio: StudioProcess) -> None:
    declared = {
        "contentType": "image/png",
        "bytes": len(FILE),
        "sha256": hashlib.sha256(FILE).hexdigest(),
    }
    client = WireClient(studio.url, studio.token)
    payload = client.execute("createUpload", input=declared)
    client.close()
    upload = payload["upload"]
    url = urlsplit(upload["url"])
    target = f"{url.path}?{url.query}"
    headers = {field["name"]: field["value"] for field in upload["headers"]}
    with socket.create_connection((url.hostname, url.port)) as connection:
        head = {"Host": url.netloc, "Content-Length": str(len(FILE)), **headers}
        lines = [f"PUT {target} HTTP/1.1", *(f"{name}: {head[name]}" for name in head), "", ""]
        connection.sendall("\r\n".join(lines).encode() + FILE[:SENT])
        until(lambda: any(path.stat().st_size for path in files(studio)), "nothing was written")
        studio.kill()
    (partial,) = files(studio)
    assert partial.name.endswith(".part")

    studio.start()

    until(lambda: not files(studio), "a partial file remains")
    answer = httpx.put(f"{studio.url}{target}", headers=headers, content=FILE, trust_env=False)
    assert answer.status_code == 204, answer.text
    (stored,) = files(studio)
    assert stored.read_bytes() == FILE
