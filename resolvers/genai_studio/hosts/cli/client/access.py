"""Find the studio a command talks to, and a token it accepts."""

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

from genai_studio.hosts.cli.client.running_studio import running_studio
from genai_studio.hosts.cli.client.sign_in_file import SignIn, keep_sign_in, read_sign_in
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.settings import Settings

CALL = timedelta(hours=12)
"""How long a token works that a command makes for itself: longer than any image."""

NO_ENDPOINT = "http://127.0.0.1:9"
"""Given instead of a model where nothing is drawn; port 9 is the discard service's."""


APPSYNC_HOST = re.compile(r"\w+\.appsync-api\.[\w-]+\.amazonaws\.com(\.cn)?")


@dataclass(frozen=True, slots=True)
class Access:
    """The way to a studio's API.

    Attributes:
        url: The studio's base URL, without a slash at its end.
        token: An access token of the caller's.
        appsync: Whether AppSync answers there, which pushes in a way of its own.
    """

    url: str
    token: str
    appsync: bool = False


def local_token(settings: Settings, lifetime: timedelta) -> str:
    """A token by the data directory's own key, which only its user can read.

    Raises:
        CommandFailed: The studio takes none but those of a Cognito user pool.
    """
    if settings.cognito_user_pool is not None:
        raise CommandFailed(
            f"This studio signs people in at the Cognito user pool {settings.cognito_user_pool} "
            "(GENAI_STUDIO_COGNITO_USER_POOL): sign in on its page, or give an access token of "
            "the pool with --token."
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
    """Whether a URL leads to a loopback address."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@asynccontextmanager
async def studio_access(
    settings: Settings, *, url: str | None, token: str | None, draws: bool
) -> AsyncIterator[Access]:
    """The studio at `url`, or the data directory's: running, or started for the call.

    Args:
        draws: Whether the call makes images; else one that is started for it
            has no model and leaves the queue alone.

    Raises:
        CommandFailed: The URL is none, or there is no token for it.
        StudioUnavailable: It could not be started.
    """
    if url is not None:
        yield await _access_to(_checked(url), token, settings)
        return
    found = await running_studio(settings.data_dir)
    if found is not None:
        yield Access(found, token or local_token(settings, CALL))
        return
    from genai_studio.hosts.local.server import local_server

    on_interrupt = signal.getsignal(signal.SIGINT)
    own = replace(settings, port=0)
    if not draws:
        own = replace(own, workers=0, endpoint_url=NO_ENDPOINT)
    async with local_server(own) as studio:
        # The web server took Ctrl-C over; here it ends the command first, and
        # the command then ends the server.
        signal.signal(signal.SIGINT, on_interrupt)
        yield Access(studio.url.rstrip("/"), token or studio.token())


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CommandFailed(f"--url {url}: give it like http://127.0.0.1:8000.")
    return url.rstrip("/").removesuffix("/graphql")


async def _access_to(url: str, token: str | None, settings: Settings) -> Access:
    """The way to a studio that is not this data directory's."""
    signed_in = read_sign_in(settings.data_dir)
    if signed_in is not None and url not in _opened_by(signed_in):
        signed_in = None
    appsync = APPSYNC_HOST.fullmatch(urlsplit(url).netloc) is not None or (
        signed_in is not None and signed_in.appsync_url in {url, f"{url}/graphql"}
    )
    if token is None and signed_in is not None:
        token = await asyncio.to_thread(_fresh_token, signed_in, settings)
    return Access(url, token or _token_for(url, settings), appsync)


def _opened_by(signed_in: SignIn) -> set[str]:
    urls = (signed_in.appsync_url, signed_in.http_url)
    return {_checked(url) for url in urls if url is not None}


def _fresh_token(signed_in: SignIn, settings: Settings) -> str:
    """The kept access token, or one in its place.

    Raises:
        CommandFailed: The person has to sign in again.
    """
    now = datetime.now(UTC)
    if signed_in.is_fresh(now):
        return signed_in.access_token
    from genai_studio.hosts.cli.client.cognito import refresh

    tokens = refresh(signed_in.pool, signed_in.refresh_token)
    renewed = signed_in.renewed(tokens, now)
    keep_sign_in(settings.data_dir, renewed)
    return renewed.access_token


def _token_for(url: str, settings: Settings) -> str:
    # A local token opens the local studio: it is not shown to other machines.
    if is_this_machine(url):
        return local_token(settings, CALL)
    raise CommandFailed(
        f"{url} needs a token: sign in with genai-studio login, give --token, "
        "or set GENAI_STUDIO_TOKEN."
    )
