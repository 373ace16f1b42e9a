"""Run the studio for `up` and report its state on the console."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
import webbrowser
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

from genai_studio.hosts.cli.local_studio.browser_page import redirect_page
from genai_studio.hosts.cli.output.console import err, print_plain
from genai_studio.hosts.local.server import RunningStudio, local_server
from genai_studio.local.data_dir import INFERENCE_LOG
from genai_studio.settings import Settings

LOGGED_LINK_LIFETIME = timedelta(hours=1)
"""Lifetime of the printed sign-in link if the output is not a terminal."""

LOADING_NOTE_SECONDS = 0.3
"""Delay before the note that the model is loading."""

GC_THRESHOLD = 20_000
"""Objects created between two garbage collections. Python's default is 700."""

SLOW_NOTE_SECONDS = 30.0
"""Further delay before the note that loading takes unusually long."""


async def serve(settings: Settings, *, open_browser: bool) -> None:
    """Run the studio until it receives SIGINT or SIGTERM.

    Raises:
        StudioUnavailable: The studio cannot start.
    """
    # uvicorn re-raises the signal after its shutdown. The default action of SIGTERM
    # would then end the process before the rest of the studio has stopped.
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    console = err()
    console.print(f"Starting the studio on {settings.data_dir}", markup=False, soft_wrap=True)
    async with AsyncExitStack() as stack:
        studio = await stack.enter_async_context(local_server(settings))
        _tune_garbage_collection()
        link = sign_in_link(studio)
        # Output that is not a terminal may be a log that others can read.
        printed = link if sys.stdout.isatty() else sign_in_link(studio, LOGGED_LINK_LIFETIME)
        print_plain(f"Studio: {studio.url}")
        if settings.cognito_user_pool is None:
            print_plain(f"Sign in as {settings.user}: {printed}")
        else:
            print_plain(f"Sign in at the Cognito user pool {settings.cognito_user_pool}: {link}")
        if open_browser:
            page = stack.enter_context(redirect_page(settings.data_dir, link))
            await asyncio.to_thread(webbrowser.open, page.absolute().as_uri())
        readiness = asyncio.create_task(_report_readiness(studio, settings))
        try:
            await studio.wait()
        finally:
            readiness.cancel()
            with suppress(asyncio.CancelledError):
                await readiness
            console.print("Stopping the studio.")


def _tune_garbage_collection() -> None:
    """Collect less often, and never examine what the start created.

    Requests create many objects and hardly any cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD, 20, 20)


def sign_in_link(studio: RunningStudio, lifetime: timedelta | None = None) -> str:
    """Return the link to the page.

    If the studio issues its own tokens, the link's fragment contains one. Browsers
    do not send fragments to servers.
    """
    page = f"{studio.url.rstrip('/')}/"
    return (
        page if studio.wired.issuer is None else f"{page}#token={studio.token(lifetime=lifetime)}"
    )


async def _report_readiness(studio: RunningStudio, settings: Settings) -> None:
    ready = asyncio.create_task(studio.until_ready())
    try:
        for delay, note in (
            (LOADING_NOTE_SECONDS, "The model is loading. Requests are queued until it is ready."),
            (SLOW_NOTE_SECONDS, f"The model is still not ready. {_where_to_look(settings)}"),
        ):
            done, _ = await asyncio.wait([ready], timeout=delay)
            if done:
                break
            err().print(note, markup=False, soft_wrap=True)
        await ready
    finally:
        ready.cancel()
    err().print("Ready. Press Ctrl-C to stop.")


def _where_to_look(settings: Settings) -> str:
    if settings.endpoint_url is not None:
        return f"Is {settings.endpoint_url} running?"
    return f"See {settings.data_dir / INFERENCE_LOG} for the reason."
