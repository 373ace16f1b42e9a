"""`LocalIdentity`: a user name has the same subject in all processes of a directory."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import jwt
import pytest

from genai_studio.domain.errors import Unauthenticated
from genai_studio.local.atomic_file import read_or_create
from genai_studio.local.identity import LocalIdentity
from tests.builders import ManualClock

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)

ISSUE = """
import sys, pathlib, datetime
from genai_studio.system_clock import SystemClock
from genai_studio.local.identity import LocalIdentity
identity = LocalIdentity.open(pathlib.Path(sys.argv[1]), SystemClock())
print(identity.issue("alice", datetime.timedelta(days=3650)))
"""


async def owner(identity: LocalIdentity, username: str) -> str:
    return (await identity.verify(identity.issue(username, HOUR))).owner


async def test_tokens_have_the_claims_of_cognito_tokens(tmp_path: Path) -> None:
    identity = LocalIdentity.open(tmp_path, ManualClock())

    token = identity.issue("alice", HOUR)

    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims.keys() == {
        "iss", "sub", "username", "client_id", "token_use", "iat", "exp", "jti",
    }  # fmt: skip
    assert claims["token_use"] == "access"
    assert claims["exp"] - claims["iat"] == 3600
    assert jwt.get_unverified_header(token).keys() == {"alg", "kid", "typ"}


async def test_two_tokens_of_one_user_differ(tmp_path: Path) -> None:
    identity = LocalIdentity.open(tmp_path, ManualClock())

    assert identity.issue("alice", HOUR) != identity.issue("alice", HOUR)


async def test_tokens_stay_valid_if_the_clock_is_set_back(tmp_path: Path) -> None:
    clock = ManualClock()
    identity = LocalIdentity.open(tmp_path, clock)
    verified, new = identity.issue("alice", HOUR), identity.issue("alice", HOUR)
    await identity.verify(verified)

    clock.advance(-3600)

    for token in (verified, new):
        assert (await identity.verify(token)).username == "alice"


async def test_a_name_always_has_the_same_subject(tmp_path: Path) -> None:
    before = await owner(LocalIdentity.open(tmp_path, ManualClock()), "alice")
    after = LocalIdentity.open(tmp_path, ManualClock())

    assert await owner(after, "alice") == before
    assert await owner(after, " Alice ") == before
    assert await owner(after, "ＡＬＩＣＥ") == before
    assert await owner(after, "bob") != before


async def test_a_new_signing_key_invalidates_tokens_but_keeps_subjects(tmp_path: Path) -> None:
    old = LocalIdentity.open(tmp_path, ManualClock())
    token, before = old.issue("alice", HOUR), await owner(old, "alice")
    (tmp_path / "identity" / "token-signing.pem").unlink()

    new = LocalIdentity.open(tmp_path, ManualClock())

    with pytest.raises(Unauthenticated):
        await new.verify(token)
    assert await owner(new, "alice") == before


async def test_another_directory_gives_another_subject(tmp_path: Path) -> None:
    here = LocalIdentity.open(tmp_path / "here", ManualClock())
    there = LocalIdentity.open(tmp_path / "there", ManualClock())

    assert await owner(here, "alice") != await owner(there, "alice")
    with pytest.raises(Unauthenticated):
        await there.verify(here.issue("alice", HOUR))


async def test_tokens_of_another_process_are_accepted(tmp_path: Path) -> None:
    identity = LocalIdentity.open(tmp_path, ManualClock())
    issued = await asyncio.to_thread(
        subprocess.check_output,
        [sys.executable, "-c", ISSUE, str(tmp_path)],
        env={"PYTHONPATH": ":".join(sys.path)},
        text=True,
    )
    from_there = jwt.decode(issued.strip(), options={"verify_signature": False})

    assert from_there["sub"] == await owner(identity, "alice")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x00b", "a" * 129, "\u202egnp"])
async def test_an_invalid_name_is_rejected(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="user name"):
        LocalIdentity.open(tmp_path, ManualClock()).issue(name, HOUR)


@pytest.mark.parametrize("name", ["Zoë", "小明", "o'brien; --", "a b", "../etc"])
async def test_any_valid_name_is_accepted(tmp_path: Path, name: str) -> None:
    identity = LocalIdentity.open(tmp_path, ManualClock())

    caller = await identity.verify(identity.issue(name, HOUR))

    assert caller.username == name
    assert "/" not in caller.owner


def test_the_secrets_are_private(tmp_path: Path) -> None:
    LocalIdentity.open(tmp_path, ManualClock())

    found = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "identity").iterdir()}
    assert found == {"token-signing.pem": 0o600, "subjects.key": 0o600}


def test_concurrent_read_or_create_returns_one_secret(tmp_path: Path) -> None:
    made = iter(range(100))

    def open_one(_: int) -> bytes:
        return read_or_create(tmp_path / "deep" / "secret", lambda: b"%d" % next(made))

    with ThreadPoolExecutor(16) as threads:
        secrets = set(threads.map(open_one, range(16)))

    assert len(secrets) == 1
