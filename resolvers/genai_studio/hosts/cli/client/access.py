"""Find the studio that a command uses, and an access token for it."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from genai_studio.hosts.cli.client.running_studio import find_running_studio, is_studio_of
from genai_studio.hosts.cli.client.sign_in_file import SignIn, read_sign_in, write_sign_in
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.settings import Settings

COMMAND_TOKEN_LIFETIME = timedelta(hours=12)
"""Lifetime of the token that a command issues for itself; longer than any generation."""

NO_ENDPOINT = "http://127.0.0.1:9"
"""Endpoint URL of a studio that needs no model. Port 9 is the discard service."""

APPSYNC_HOST = re.compile(r"\w+\.appsync-api\.[\w-]+\.amazonaws\.com(\.cn)?")


@dataclass(frozen=True, slots=True)
class Access:
    """How to call a studio's API.

    Attributes:
        url: Base URL of the studio, without a trailing slash.
        token: Access token.
        appsync: Whether the API is AppSync, which has its own subscription protocol.
    """

    url: str
    token: str
    appsync: bool = False


def local_token(settings: Settings, lifetime: timedelta) -> str:
    """Issue a token with the signing key of the data directory.

    Raises:
        CommandFailed: The studio accepts only tokens of a Cognito user pool.
    """
    if settings.cognito_user_pool is not None:
        raise CommandFailed(
            f"This studio uses the Cognito user pool {settings.cognito_user_pool} "
            "(GENAI_STUDIO_COGNITO_USER_POOL). Sign in on its page, or pass an access token of "
            "the user pool with --token."
        )
    from genai_studio.local.identity import LocalIdentity
    from genai_studio.system_clock import SystemClock

    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity = LocalIdentity.open(settings.data_dir, SystemClock())
    try:
        return identity.issue(settings.user, lifetime)
    except ValueError as error:
        raise CommandFailed(str(error)) from error


def is_this_machine(url: str) -> bool:
    """Return whether a URL's host is a loopback address."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@asynccontextmanager
async def studio_access(
    settings: Settings, *, url: str | None, token: str | None, needs_model: bool
) -> AsyncIterator[Access]:
    """Give access to the studio at `url`, or to the studio of the data directory.

    If no studio runs on the data directory, one is started and stopped on exit.

    Args:
        needs_model: Whether the command generates images. If not, a studio that is
            started has no model and no workers.

    Raises:
        CommandFailed: The URL is invalid, or there is no token for it.
        StudioUnavailable: The studio could not be started.
    """
    if url is not None:
        yield await _remote_access(_base_url(url), token, settings)
        return
    running_url = await find_running_studio(settings.data_dir)
    if running_url is not None:
        yield Access(running_url, token or local_token(settings, COMMAND_TOKEN_LIFETIME))
        return
    from genai_studio.hosts.local.server import local_server

    on_interrupt = signal.getsignal(signal.SIGINT)
    own = replace(settings, port=0)
    if not needs_model:
        own = replace(own, workers=0, endpoint_url=NO_ENDPOINT)
    async with local_server(own) as studio:
        # uvicorn replaced the SIGINT handler. Restore it: Ctrl-C must end the command,
        # which then stops the server.
        signal.signal(signal.SIGINT, on_interrupt)
        yield Access(studio.url.rstrip("/"), token or studio.token())


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CommandFailed(
            f"--url {url}: this is not an HTTP URL. Use a URL such as http://127.0.0.1:8000."
        )
    return url.rstrip("/").removesuffix("/graphql")


async def _remote_access(url: str, token: str | None, settings: Settings) -> Access:
    signed_in = read_sign_in(settings.data_dir)
    if signed_in is not None and url not in _base_urls(signed_in):
        signed_in = None
    appsync = APPSYNC_HOST.fullmatch(urlsplit(url).netloc) is not None or (
        signed_in is not None and signed_in.appsync_url in {url, f"{url}/graphql"}
    )
    if token is None and signed_in is not None:
        token = await asyncio.to_thread(_fresh_token, signed_in, settings)
    return Access(url, token or await _token_for(url, settings), appsync)


def _base_urls(signed_in: SignIn) -> set[str]:
    urls = (signed_in.appsync_url, signed_in.http_url)
    return {_base_url(url) for url in urls if url is not None}


def _fresh_token(signed_in: SignIn, settings: Settings) -> str:
    """Return the stored access token; renew and store it if it expires soon.

    Raises:
        CommandFailed: The refresh token is no longer valid.
    """
    now = datetime.now(UTC)
    if signed_in.is_fresh(now):
        return signed_in.access_token
    from genai_studio.hosts.cli.client.cognito import refresh

    tokens = refresh(signed_in.pool, signed_in.refresh_token)
    renewed = signed_in.renewed(tokens, now)
    write_sign_in(settings.data_dir, renewed)
    return renewed.access_token


async def _token_for(url: str, settings: Settings) -> str:
    # A local token gives access to the local studio. Never send it to another machine,
    # or to another program on this one.
    if is_this_machine(url):
        try:
            proven = await is_studio_of(url, settings.data_dir)
        except ConnectionError:
            raise CommandFailed(f"{url} is unreachable. Is the studio running?") from None
        if proven:
            return local_token(settings, COMMAND_TOKEN_LIFETIME)
        raise CommandFailed(
            f"{url} is not the studio of {settings.data_dir}, so it gets no token of that studio. "
            "Set --data-dir to its data directory, or pass --token."
        )
    raise CommandFailed(
        f"{url} needs a token. Sign in with genai-studio login, pass --token, "
        "or set GENAI_STUDIO_TOKEN."
    )
