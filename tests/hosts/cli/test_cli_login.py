"""`genai-studio login` with a Cognito emulator and real SRP."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import stat
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from genai_studio.aws.user_pool import UserPool
from genai_studio.hosts.cli.client.access import studio_access
from genai_studio.hosts.cli.client.cognito import refresh
from genai_studio.hosts.cli.client.sign_in_file import FILE, SignIn, read_sign_in, write_sign_in
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.settings import Settings
from tests.servers.processes.clients import client
from tests.servers.processes.ministack import MINISTACK
from tests.servers.resources.user_pool import PASSWORD, a_user_pool
from tests.serving.studio_process import command, environment

pytestmark = pytest.mark.anyio

APPSYNC = "https://abc.appsync-api.us-east-1.amazonaws.com/graphql"
NEW_PASSWORD = "Battery-Staple-8"


@pytest.fixture(scope="module")
def pool() -> UserPool:
    return a_user_pool()


def create_user(pool: UserPool, username: str, *, permanent: bool = True) -> None:
    cognito = client("cognito-idp", MINISTACK)
    cognito.admin_create_user(UserPoolId=pool.pool_id, Username=username)
    cognito.admin_set_user_password(
        UserPoolId=pool.pool_id, Username=username, Password=PASSWORD, Permanent=permanent
    )


def outputs_of(pool: UserPool, directory: Path) -> Path:
    file = directory / "amplify_outputs.json"
    content = {
        "auth": {"user_pool_id": pool.pool_id, "user_pool_client_id": pool.client_id},
        "data": {"url": APPSYNC},
        "custom": {"studio": {"userPoolEndpoint": pool.endpoint}},
    }
    file.write_text(json.dumps(content), "utf-8")
    return file


async def login(pool: UserPool, tmp_path: Path, username: str, *lines: str) -> tuple[int, str, str]:
    """Run the command with lines on standard input; return exit code, stdout and stderr."""
    process = await asyncio.create_subprocess_exec(
        *command("login", "--outputs", str(outputs_of(pool, tmp_path)), "--username", username),
        env=environment(GENAI_STUDIO_DATA_DIR=str(tmp_path / "data")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate("".join(f"{line}\n" for line in lines).encode())
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def stored_sign_in(tmp_path: Path) -> SignIn:
    found = read_sign_in(tmp_path / "data")
    assert found is not None
    return found


async def test_login_stores_tokens_that_only_the_user_can_read(
    pool: UserPool, tmp_path: Path
) -> None:
    create_user(pool, "ada")

    code, out, err = await login(pool, tmp_path, "ada", PASSWORD)

    assert (code, out) == (0, ""), err
    assert f"genai-studio history --url {APPSYNC}" in err
    signed_in = stored_sign_in(tmp_path)
    user = client("cognito-idp", MINISTACK).get_user(AccessToken=signed_in.access_token)
    assert user["Username"] == "ada"
    assert stat.S_IMODE((tmp_path / "data" / FILE).stat().st_mode) == 0o600
    assert PASSWORD not in (tmp_path / "data" / FILE).read_text("utf-8")


@pytest.mark.parametrize("username", ["grace", "unknown"])
async def test_wrong_password_and_unknown_user_give_the_same_message(
    pool: UserPool, tmp_path: Path, username: str
) -> None:
    if username == "grace":
        create_user(pool, username)

    code, _, err = await login(pool, tmp_path, username, "Wrong-Horse-7")

    assert (code, err) == (1, "genai-studio: Incorrect user name or password.\n")
    assert not (tmp_path / "data" / FILE).exists()


async def test_a_temporary_password_must_be_replaced(pool: UserPool, tmp_path: Path) -> None:
    create_user(pool, "joan", permanent=False)

    code, _, err = await login(pool, tmp_path, "joan", PASSWORD, NEW_PASSWORD, NEW_PASSWORD)
    assert code == 0, err

    assert (await login(pool, tmp_path, "joan", NEW_PASSWORD))[0] == 0
    assert (await login(pool, tmp_path, "joan", PASSWORD))[0] == 1


async def test_new_passwords_must_match(pool: UserPool, tmp_path: Path) -> None:
    create_user(pool, "jean", permanent=False)

    code, _, err = await login(pool, tmp_path, "jean", PASSWORD, NEW_PASSWORD, "Other-Staple-8")

    assert (code, err) == (1, "genai-studio: The passwords do not match.\n")


async def test_empty_input_is_rejected(pool: UserPool, tmp_path: Path) -> None:
    assert await login(pool, tmp_path, "ada") == (
        1,
        "",
        "genai-studio: Password: no input.\n",
    )


async def test_login_reports_an_unreachable_user_pool(tmp_path: Path) -> None:
    unreachable = UserPool("us-east-1_Ab12Cd34E", "abc123", "http://127.0.0.1:9")

    code, _, err = await login(unreachable, tmp_path, "ada", PASSWORD)

    assert code == 1
    assert err.startswith("genai-studio: The user pool at http://127.0.0.1:9 is unreachable")


async def test_a_token_that_expires_soon_is_renewed_and_stored(
    pool: UserPool, tmp_path: Path
) -> None:
    create_user(pool, "katherine")
    await login(pool, tmp_path, "katherine", PASSWORD)
    first = stored_sign_in(tmp_path)
    soon = datetime.now(UTC) + timedelta(minutes=1)
    write_sign_in(tmp_path / "data", replace(first, expires_at=soon, access_token="old"))

    async with _access(tmp_path) as token:
        renewed = stored_sign_in(tmp_path)
        assert token == renewed.access_token != "old"
    assert renewed.expires_at > soon
    assert renewed.refresh_token == first.refresh_token


async def test_a_fresh_token_is_used_without_a_request(pool: UserPool, tmp_path: Path) -> None:
    create_user(pool, "dorothy")
    await login(pool, tmp_path, "dorothy", PASSWORD)
    first = replace(stored_sign_in(tmp_path), user_pool_endpoint="http://127.0.0.1:9")
    write_sign_in(tmp_path / "data", first)

    async with _access(tmp_path) as token:
        assert token == first.access_token


async def test_an_expired_sign_in_asks_for_login(pool: UserPool, tmp_path: Path) -> None:
    create_user(pool, "mary")
    await login(pool, tmp_path, "mary", PASSWORD)
    ended = replace(
        stored_sign_in(tmp_path), expires_at=datetime.now(UTC), refresh_token="no such token"
    )
    write_sign_in(tmp_path / "data", ended)

    with pytest.raises(CommandFailed, match="genai-studio login"):
        async with _access(tmp_path):
            pass


async def logout(tmp_path: Path) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command("logout"),
        env=environment(GENAI_STUDIO_DATA_DIR=str(tmp_path / "data")),
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, err.decode()


async def test_logout_deletes_the_tokens_and_revokes_the_refresh_token(
    pool: UserPool, tmp_path: Path
) -> None:
    create_user(pool, "jocelyn")
    await login(pool, tmp_path, "jocelyn", PASSWORD)
    before = stored_sign_in(tmp_path)
    assert refresh(pool, before.refresh_token).access

    assert await logout(tmp_path) == (0, "Signed out jocelyn.\n")

    assert not (tmp_path / "data" / FILE).exists()
    with pytest.raises(CommandFailed, match="genai-studio login"):
        refresh(pool, before.refresh_token)
    assert await logout(tmp_path) == (0, "Not signed in.\n")


async def test_logout_deletes_the_tokens_if_the_user_pool_is_unreachable(
    pool: UserPool, tmp_path: Path
) -> None:
    create_user(pool, "vera")
    await login(pool, tmp_path, "vera", PASSWORD)
    unreachable = replace(stored_sign_in(tmp_path), user_pool_endpoint="http://127.0.0.1:9")
    write_sign_in(tmp_path / "data", unreachable)

    code, err = await logout(tmp_path)

    assert (code, "is unreachable" in err) == (1, True), err
    assert not (tmp_path / "data" / FILE).exists()


async def test_tokens_are_sent_only_to_their_own_studio(pool: UserPool, tmp_path: Path) -> None:
    create_user(pool, "annie")
    await login(pool, tmp_path, "annie", PASSWORD)

    with pytest.raises(CommandFailed, match="needs a token"):
        async with studio_access(
            Settings(data_dir=tmp_path / "data"),
            url="https://xyz.appsync-api.us-east-1.amazonaws.com/graphql",
            token=None,
            needs_model=False,
        ):
            pass


async def test_login_prompts_for_an_authenticator_code(tmp_path: Path) -> None:
    pool = a_user_pool()
    secret = await with_authenticator(pool, tmp_path, "hedy")

    code, _, err = await login(pool, tmp_path, "hedy", PASSWORD, totp(secret))
    assert code == 0, err

    code, _, err = await login(pool, tmp_path, "hedy", PASSWORD, "000000")
    assert (code, err) == (1, "genai-studio: Incorrect code.\n")


async def with_authenticator(pool: UserPool, tmp_path: Path, username: str) -> str:
    """Create a user with an authenticator app and return its secret."""
    cognito = client("cognito-idp", MINISTACK)
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool.pool_id,
        SoftwareTokenMfaConfiguration={"Enabled": True},
        MfaConfiguration="OPTIONAL",
    )
    create_user(pool, username)
    await login(pool, tmp_path, username, PASSWORD)
    token = stored_sign_in(tmp_path).access_token
    secret: str = cognito.associate_software_token(AccessToken=token)["SecretCode"]
    cognito.verify_software_token(AccessToken=token, UserCode=totp(secret))
    cognito.set_user_mfa_preference(
        AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    return secret


def totp(secret: str) -> str:
    """Return the current code of an authenticator app (RFC 6238)."""
    step = int(time.time()) // 30
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    number = int.from_bytes(digest[digest[-1] & 15 :][:4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


@asynccontextmanager
async def _access(tmp_path: Path) -> AsyncIterator[str]:
    settings = Settings(data_dir=tmp_path / "data")
    async with studio_access(settings, url=APPSYNC, token=None, needs_model=False) as access:
        assert access.appsync
        yield access.token
