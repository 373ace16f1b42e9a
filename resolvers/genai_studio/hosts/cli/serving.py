"""What `up` says and does around the studio it runs."""

from __future__ import annotations

import asyncio
import signal
import webbrowser
from contextlib import AsyncExitStack, suppress

from genai_studio.hosts.cli.entrance import entrance_file
from genai_studio.hosts.cli.output.console import err, print_plain
from genai_studio.hosts.local.server import RunningStudio, local_server
from genai_studio.local.data_dir import INFERENCE_LOG
from genai_studio.settings import Settings

GLANCE_SECONDS = 0.3
LONG_SECONDS = 30.0
"""What a model may take to load before that is worth a word."""


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
    async with AsyncExitStack() as stack:
        studio = await stack.enter_async_context(local_server(settings))
        link = entrance(studio)
        print_plain(f"Studio: {studio.url}")
        if settings.cognito_user_pool is None:
            print_plain(f"Sign in as {settings.user}: {link}")
        else:
            print_plain(f"Sign in at the Cognito user pool {settings.cognito_user_pool}: {link}")
        if open_browser:
            page = stack.enter_context(entrance_file(settings.data_dir, link))
            await asyncio.to_thread(webbrowser.open, page.absolute().as_uri())
        telling = asyncio.create_task(_tell_when_ready(studio, settings))
        try:
            await studio.wait()
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling
            console.print("Stopping the studio.")


def entrance(studio: RunningStudio) -> str:
    """The link that a person begins with.

    Its fragment, which no server is sent, carries a token; but for a studio
    whose page signs people in at Cognito.
    """
    page = f"{studio.url.rstrip('/')}/"
    return page if studio.wired.issuer is None else f"{page}#token={studio.token()}"


async def _tell_when_ready(studio: RunningStudio, settings: Settings) -> None:
    ready = asyncio.create_task(studio.until_ready())
    try:
        for patience, note in (
            (GLANCE_SECONDS, "The model is loading; requests already wait in line for it."),
            (LONG_SECONDS, f"The model is still not there; {_where_to_look(settings)}"),
        ):
            done, _ = await asyncio.wait([ready], timeout=patience)
            if done:
                break
            err().print(note, markup=False, soft_wrap=True)
        await ready
    finally:
        ready.cancel()
    err().print("Ready. Press Ctrl-C to stop.")


def _where_to_look(settings: Settings) -> str:
    if settings.endpoint_url is not None:
        return f"is {settings.endpoint_url} running?"
    return f"{settings.data_dir / INFERENCE_LOG} says why."
