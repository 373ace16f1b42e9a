from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from genai_studio.hosts.cli.client.access import (
    COMMAND_TOKEN_LIFETIME,
    is_this_machine,
    local_token,
    studio_access,
)
from genai_studio.hosts.cli.client.running_studio import find_running_studio, read_address
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.local.data_dir import ADDRESS_FILE
from genai_studio.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://[::1]:8000", True),
        ("https://studio.example.org", False),
        ("http://192.0.2.7:8000", False),
        ("http://127.0.0.1.example.org", False),
    ],
)
def test_is_this_machine_accepts_only_loopback_hosts(url: str, expected: bool) -> None:
    assert is_this_machine(url) is expected


async def test_a_local_token_is_never_sent_to_another_machine(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with pytest.raises(CommandFailed, match="needs a token"):
        async with studio_access(
            settings, url="https://studio.example.org", token=None, needs_model=False
        ):
            pass
    assert not (tmp_path / "identity").exists()


async def test_given_url_and_token_are_used_unchanged(tmp_path: Path) -> None:
    async with studio_access(
        Settings(data_dir=tmp_path),
        url="https://studio.example.org/graphql",
        token="a-token",
        needs_model=False,
    ) as access:
        assert (access.url, access.token) == ("https://studio.example.org", "a-token")


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://127.0.0.1", "http://"])
async def test_an_invalid_url_is_rejected(tmp_path: Path, url: str) -> None:
    with pytest.raises(CommandFailed, match="--url"):
        async with studio_access(
            Settings(data_dir=tmp_path), url=url, token="t", needs_model=False
        ):
            pass


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"{",
        b'{"url": "http://127.0.0.1:9"}',
        b'{"url": "http://127.0.0.1:9", "pid": 1}',
        b'{"url": "http://127.0.0.1:9", "pid": 1, "key": "k"}',
    ],
)
async def test_a_stale_or_invalid_address_file_is_ignored(
    tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / ADDRESS_FILE).write_bytes(content)
    assert await find_running_studio(tmp_path) is None


def test_read_address(tmp_path: Path) -> None:
    (tmp_path / ADDRESS_FILE).write_bytes(b'{"url": "http://127.0.0.1:9", "pid": 7, "key": "k"}')
    address = read_address(tmp_path)
    assert address is not None
    assert (address.url, address.pid, address.key) == ("http://127.0.0.1:9", 7, "k")


async def test_a_studio_without_workers_writes_no_address_file(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path)
    async with studio_access(settings, url=None, token=None, needs_model=False) as access:
        async with httpx.AsyncClient(trust_env=False) as client:
            assert "status" in (await client.get(f"{access.url}/healthz")).json()
        assert not (tmp_path / ADDRESS_FILE).exists()
        assert await find_running_studio(tmp_path) is None


def test_an_invalid_user_name_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="1 to 128 characters"):
        local_token(Settings(data_dir=tmp_path, user=" "), COMMAND_TOKEN_LIFETIME)


def test_a_studio_with_cognito_issues_no_local_tokens(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, cognito_user_pool="eu-central-1_Ab12Cd34E")
    with pytest.raises(CommandFailed, match="Cognito user pool eu-central-1_Ab12Cd34E"):
        local_token(settings, COMMAND_TOKEN_LIFETIME)
    assert not (tmp_path / "identity").exists()
