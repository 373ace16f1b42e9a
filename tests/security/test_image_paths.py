"""No key, prefix or link leads outside the image directory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.types import Receive

from genai_studio.hosts.asgi.images import content_disposition, image_route
from genai_studio.local.images.object_keys import InvalidKey, checked_key
from genai_studio.local.images.store import LocalImages
from tests.builders import ManualClock

pytestmark = pytest.mark.anyio

KEY = "alice/0/1/0.png"

HOSTILE_KEYS = [
    "",
    "/",
    "0.png",
    "/etc/passwd.png",
    "../records.sqlite3",
    "alice/../../records.png",
    "alice/..",
    "alice/./0.png",
    "alice//0.png",
    "alice/0.png/",
    "alice\\..\\0.png",
    "C:/windows/0.png",
    "C:0/0.png",
    "//host/share/0.png",
    "alice/0.png\x00.txt",
    "alice/\x000.png",
    "alice/0.png\n",
    "alice/.hidden.png",
    "alice/.0.png.abcd.tmp",
    "alice/0.png.",
    "alice/0.png ",
    "alice/ 0.png",
    "alice/0.png:stream",
    "alice/%2e%2e/0.png",
    "alice/\u2025/0.png",
    "alice/\uff0e\uff0e/0.png",
    "alice/0.svg",
    "alice/0.html",
    "alice/0.png/x",
    "alice/0",
    "a" * 129 + "/0.png",
    "/".join("a" * 20) + "/0.png",
    "~/0.png",
    "alice/$HOME/0.png",
]


@pytest.fixture
def images(tmp_path: Path) -> LocalImages:
    (tmp_path / "secret.png").write_bytes(b"secret")
    return LocalImages(tmp_path / "images", b"s" * 32, ManualClock())


@pytest.fixture
async def browser(images: LocalImages) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[image_route(images, ManualClock())])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://studio") as client:
        yield client


async def test_unreadable_image_is_reported_without_its_path(
    images: LocalImages, browser: httpx.AsyncClient
) -> None:
    key = f"{'a' * 8}/0198c0de-0000-7000-8000-000000000000/1/0.png"
    path = images.path(key)
    path.parent.mkdir(parents=True)
    # A loop of links is unreadable for the superuser too.
    path.symlink_to(path)

    response = await browser.get(images.sign(key).url)

    assert (response.status_code, response.headers["cache-control"]) == (503, "no-store")
    assert response.text == "The image cannot be read. Details are in the studio's log.\n"


@pytest.mark.parametrize("key", HOSTILE_KEYS, ids=repr)
async def test_every_method_rejects_hostile_key(images: LocalImages, key: str) -> None:
    with pytest.raises(InvalidKey):
        await images.put(key, b"x", "image/png")
    with pytest.raises(InvalidKey):
        await images.get(key)
    with pytest.raises(InvalidKey):
        images.sign(key)
    with pytest.raises(InvalidKey):
        images.path(key)


@pytest.mark.parametrize(
    "prefix", ["", "/", "..", "../", "alice", "alice/..", "alice/../", "./", "//", "alice//", "*/"]
)
async def test_hostile_prefix_deletes_nothing(
    images: LocalImages, tmp_path: Path, prefix: str
) -> None:
    await images.put(KEY, b"x", "image/png")

    with pytest.raises(InvalidKey):
        await images.delete_under(prefix)

    assert await images.get(KEY) == b"x"
    assert read(tmp_path / "secret.png") == b"secret"


def read(path: Path) -> bytes:
    return path.read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.sampled_from("./\\ab0%\x00~:png-_ \u2025"), max_size=30))
def test_accepted_keys_are_inside_the_directory(tmp_path: Path, key: str) -> None:
    root = tmp_path / "images"
    try:
        path = root / checked_key(key)
    except InvalidKey:
        return
    assert path.resolve().is_relative_to(root.resolve())
    assert path.relative_to(root).as_posix() == key


async def test_valid_link_to_missing_file_returns_404(
    images: LocalImages, browser: httpx.AsyncClient
) -> None:
    answer = await browser.get(images.sign("alice/0/1/0.png").url)

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/images/../secret.png",
        "/images/%2e%2e/secret.png",
        "/images/..%2fsecret.png",
        "/images/alice/..%5c..%5csecret.png",
        "/images//etc/passwd",
        "/images/",
    ],
)
async def test_path_traversal_serves_no_file(
    images: LocalImages, browser: httpx.AsyncClient, path: str
) -> None:
    query = images.sign(KEY).url.partition("?")[2]

    answer = await browser.get(f"{path}?{query}")

    assert answer.status_code in (403, 404)
    assert b"secret" not in answer.content


async def test_rejects_query_encoded_in_path(
    images: LocalImages, browser: httpx.AsyncClient
) -> None:
    await images.put(KEY, b"x", "image/png")
    path, _, query = images.sign(KEY).url.partition("?")

    answer = await browser.get(f"{path}%3F{quote(query)}")

    assert answer.status_code == 403


async def test_rejects_query_that_is_not_utf8(images: LocalImages) -> None:
    path, _, query = images.sign(KEY).url.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode() + b"\xff",
        "headers": [(b"host", b"studio")],
    }
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    app = Starlette(routes=[image_route(images, ManualClock())])
    await app(scope, cast(Receive, None), send)

    assert sent[0]["status"] == 403


async def test_images_are_served_with_nosniff(
    images: LocalImages, browser: httpx.AsyncClient
) -> None:
    await images.put(KEY, b"<script>alert(1)</script>", "image/png")

    answer = await browser.get(images.sign(KEY).url)

    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_image_is_cached_privately_until_link_expires(
    images: LocalImages, browser: httpx.AsyncClient
) -> None:
    await images.put(KEY, b"x", "image/png")
    signed = images.sign(KEY)

    control = (await browser.get(signed.url)).headers["cache-control"]

    left = int((signed.expires_at - ManualClock().now()).total_seconds())
    assert control == f"private, immutable, max-age={left}"


async def test_errors_are_not_cached(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(f"/images/{KEY}?expires=1&signature=x")

    assert answer.status_code == 403
    assert answer.headers["cache-control"] == "no-store"


async def test_head_returns_headers_without_body(
    images: LocalImages, browser: httpx.AsyncClient
) -> None:
    await images.put(KEY, b"x" * 1000, "image/png")

    answer = await browser.head(images.sign(KEY).url)

    assert answer.status_code == 200
    assert answer.headers["content-length"] == "1000"
    assert answer.content == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_link_permits_only_reading(
    images: LocalImages, browser: httpx.AsyncClient, method: str
) -> None:
    await images.put(KEY, b"x", "image/png")

    assert (await browser.request(method, images.sign(KEY).url)).status_code == 405
    assert await images.get(KEY) == b"x"


@pytest.mark.parametrize(
    "name",
    [
        'a".png',
        "a\r\nSet-Cookie: x=1.png",
        "../../etc/passwd",
        "a;b.png",
        "红苹果.png",
        "a\x00b.png",
        "%0d%0a.png",
    ],
    ids=repr,
)
async def test_download_name_cannot_inject_headers(
    images: LocalImages, browser: httpx.AsyncClient, name: str
) -> None:
    await images.put(KEY, b"x", "image/png")

    answer = await browser.get(images.sign(KEY, download_name=name).url)

    assert answer.status_code == 200
    header = answer.headers["content-disposition"]
    assert header == content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert header.endswith(f"filename*=UTF-8''{quote(name, safe='')}")
    assert "set-cookie" not in answer.headers
