from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from genai_studio.hosts.cli.client.access import CALL, is_this_machine, local_token, studio_access
from genai_studio.hosts.cli.client.running_studio import read_note, running_studio
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.local.data_dir import ADDRESS_FILE
from genai_studio.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://[::1]:8000", True),
        ("https://studio.example.org", False),
        ("http://192.0.2.7:8000", False),
        ("http://127.0.0.1.example.org", False),
    ],
)
def test_this_machine_is_known_by_its_addresses(url: str, here: bool) -> None:
    assert is_this_machine(url) is here


async def test_a_local_token_is_shown_to_no_other_machine(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with pytest.raises(CommandFailed, match="needs a token"):
        async with studio_access(
            settings, url="https://studio.example.org", token=None, draws=False
        ):
            pass
    assert not (tmp_path / "identity").exists()


async def test_a_given_studio_and_token_are_used_as_they_are(tmp_path: Path) -> None:
    async with studio_access(
        Settings(data_dir=tmp_path),
        url="https://studio.example.org/graphql",
        token="theirs",
        draws=False,
    ) as access:
        assert (access.url, access.token) == ("https://studio.example.org", "theirs")


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://127.0.0.1", "http://"])
async def test_what_is_no_url_is_said_so(tmp_path: Path, url: str) -> None:
    with pytest.raises(CommandFailed, match="--url"):
        async with studio_access(Settings(data_dir=tmp_path), url=url, token="t", draws=False):
            pass


@pytest.mark.parametrize(
    "note",
    [None, b"{", b'{"url": "http://127.0.0.1:9"}', b'{"url": "http://127.0.0.1:9", "pid": 1}'],
)
async def test_a_note_of_a_studio_that_is_gone_is_no_studio(
    tmp_path: Path, note: bytes | None
) -> None:
    if note is not None:
        (tmp_path / ADDRESS_FILE).write_bytes(note)
    assert await running_studio(tmp_path) is None


def test_a_note_is_read(tmp_path: Path) -> None:
    (tmp_path / ADDRESS_FILE).write_bytes(b'{"url": "http://127.0.0.1:9", "pid": 7}')
    note = read_note(tmp_path)
    assert note is not None
    assert (note.url, note.pid) == ("http://127.0.0.1:9", 7)


async def test_a_studio_that_leaves_the_queue_alone_offers_itself_to_nobody(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path)
    async with studio_access(settings, url=None, token=None, draws=False) as access:
        async with httpx.AsyncClient(trust_env=False) as client:
            assert "status" in (await client.get(f"{access.url}/healthz")).json()
        assert not (tmp_path / ADDRESS_FILE).exists()
        assert await running_studio(tmp_path) is None


def test_an_impossible_user_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="1 to 128 characters"):
        local_token(Settings(data_dir=tmp_path, user=" "), CALL)


def test_a_studio_that_signs_in_at_cognito_has_no_token_of_its_own(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, cognito_user_pool="eu-central-1_Ab12Cd34E")
    with pytest.raises(CommandFailed, match="Cognito user pool eu-central-1_Ab12Cd34E"):
        local_token(settings, CALL)
    assert not (tmp_path / "identity").exists()
