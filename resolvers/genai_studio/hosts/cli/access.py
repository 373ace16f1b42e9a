"""Find the studio a command talks to, and a token it accepts."""

from __future__ import annotations

import ipaddress
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from genai_studio.hosts.cli.failures import CommandFailed
from genai_studio.hosts.cli.running_studio import running_studio
from genai_studio.settings import Settings

CALL = timedelta(hours=12)
"""How long a token works that a command makes for itself: longer than any picture."""

NO_ENDPOINT = "http://127.0.0.1:9"
"""Given instead of a model where nothing is drawn; port 9 is the discard service's."""


@dataclass(frozen=True, slots=True)
class Access:
    """A studio's base URL without a slash at its end, and a token of the caller's."""

    url: str
    token: str


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
    from genai_studio.local.clock import SystemClock
    from genai_studio.local.identity import LocalIdentity

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
        draws: Whether the call makes pictures; else one that is started for it
            has no model and leaves the queue alone.

    Raises:
        CommandFailed: The URL is none, or there is no token for it.
        StudioUnavailable: It could not be started.
    """
    if url is not None:
        yield Access(_checked(url), token or _token_for(url, settings))
        return
    found = await running_studio(settings.data_dir)
    if found is not None:
        yield Access(found, token or local_token(settings, CALL))
        return
    from genai_studio.hosts.local_server import local_server

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


def _token_for(url: str, settings: Settings) -> str:
    # A local token opens the local studio: it is not shown to other machines.
    if is_this_machine(url):
        return local_token(settings, CALL)
    raise CommandFailed(f"{url} needs a token: give --token, or set GENAI_STUDIO_TOKEN.")
