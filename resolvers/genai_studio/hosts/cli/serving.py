"""What `up` says and does around the studio it runs."""

from __future__ import annotations

import asyncio
import signal
import webbrowser
from contextlib import suppress

import httpx

from genai_studio.hosts.cli.console import err, print_plain
from genai_studio.hosts.local_server import RunningStudio, local_server
from genai_studio.settings import Settings

LOOK_SECONDS = 0.25


async def serve(settings: Settings, *, open_browser: bool) -> None:
    """Run the studio until it is told to stop.

    Raises:
        StudioUnavailable: It cannot start; the message says why.
    """
    # The server hands the signal on when it has stopped: SIGTERM as such would
    # then end the process before the rest of the studio is put away.
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    console = err()
    console.print(f"Starting the studio on {settings.data_dir}", markup=False, soft_wrap=True)
    async with local_server(settings) as studio:
        link = sign_in_link(studio)
        print_plain(f"Studio: {studio.url}")
        print_plain(f"Sign in as {settings.user}: {link}")
        if open_browser:
            await asyncio.to_thread(webbrowser.open, link)
        telling = asyncio.create_task(_tell_when_ready(studio.url))
        try:
            await studio.wait()
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling
            console.print("Stopping the studio.")


def sign_in_link(studio: RunningStudio) -> str:
    """A link whose fragment, which no server is sent, carries a token."""
    return f"{studio.url.rstrip('/')}/#token={studio.token()}"


async def _tell_when_ready(url: str) -> None:
    console = err()
    async with httpx.AsyncClient(trust_env=False) as client:
        told = False
        while not await _ready(client, url):
            if not told:
                console.print("The model is loading; requests already wait in line for it.")
                told = True
            await asyncio.sleep(LOOK_SECONDS)
    console.print("Ready. Press Ctrl-C to stop.")


async def _ready(client: httpx.AsyncClient, url: str) -> bool:
    try:
        answer = await client.get(f"{url.rstrip('/')}/healthz")
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK
