"""From a request to files: submit, watch, download."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from genai_studio.hosts.cli.client.access import studio_access
from genai_studio.hosts.cli.client.follow import Follower
from genai_studio.hosts.cli.client.studio_client import StudioClient, Unreachable, studio_client
from genai_studio.hosts.cli.output.console import err, print_json, print_plain
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.hosts.cli.output.image_files import save_images
from genai_studio.hosts.cli.output.progress_bar import ProgressBar
from genai_studio.hosts.cli.output.user_errors import demand_none
from genai_studio.settings import Settings

SUBMIT_WAITS = (0.5, 1.0, 2.0)
"""Seconds before each further try of a submit that got no answer."""

HINT_SECONDS = 30.0
"""Without any progress for so long, a person wants to know why."""

CANCEL_SECONDS = 3.0
"""What a studio may take to hear that Ctrl-C was pressed."""


async def generate_to_files(
    settings: Settings,
    requested: dict[str, Any],
    out: Path,
    *,
    url: str | None,
    token: str | None,
    as_json: bool,
) -> None:
    """Make the images of one wish and write them; prints what was written.

    Raises:
        CommandFailed: No image came; the message says why.
    """
    with ProgressBar() as bar:
        bar.say("looking for the studio")
        async with (
            studio_access(settings, url=url, token=token, draws=True) as access,
            studio_client(access) as client,
        ):
            finished = await drawn(client, requested, bar)
            paths = await save_images(client, finished["images"], out)
    if as_json:
        print_json(_told(finished, paths))
        return
    for path in paths:
        print_plain(str(path))
    how = f"Seed {finished['seed']}. How it was made: genai-studio explain {finished['id']}"
    err().print(how, soft_wrap=True)


async def drawn(
    client: StudioClient, requested: dict[str, Any], bar: ProgressBar
) -> dict[str, Any]:
    """Have a request carried out; returns the generation that succeeded.

    Raises:
        CommandFailed: It did not succeed; the message says why.
    """
    async with Follower(client) as follower:
        accepted = await _accepted(client, requested)
        finished = accepted
        hint = asyncio.create_task(_hint_at_doctor())
        try:
            async for finished in follower.watch(accepted["id"]):
                bar.show(finished)
                if finished["progress"] is not None:
                    hint.cancel()
        except asyncio.CancelledError:
            # Ctrl-C: nobody waits for the image any more.
            await _cancel(client, accepted["id"])
            raise
        finally:
            hint.cancel()
    if finished["status"] == "FAILED":
        raise CommandFailed(f"{finished['failure']['message']} ({finished['failure']['code']})")
    if finished["status"] != "SUCCEEDED":
        raise CommandFailed("The generation was canceled.")
    return finished


async def _hint_at_doctor() -> None:
    await asyncio.sleep(HINT_SECONDS)
    hint = "Still waiting for the model. genai-studio doctor says whether something is missing."
    err().print(hint, soft_wrap=True)


async def _accepted(client: StudioClient, requested: dict[str, Any]) -> dict[str, Any]:
    """As `submit`; what Ctrl-C meets on its way is canceled as soon as it is accepted."""
    sending = asyncio.create_task(submit(client, requested))
    try:
        return await asyncio.shield(sending)
    except asyncio.CancelledError:
        with suppress(CommandFailed, TimeoutError):
            async with asyncio.timeout(CANCEL_SECONDS):
                accepted = await sending
            await _cancel(client, accepted["id"])
        raise


async def _cancel(client: StudioClient, generation_id: str) -> None:
    with suppress(CommandFailed, TimeoutError):
        async with asyncio.timeout(CANCEL_SECONDS):
            await client.execute("cancelGeneration", {"id": generation_id})


async def submit(client: StudioClient, requested: dict[str, Any]) -> dict[str, Any]:
    """Have a request accepted, once, however often it has to be sent.

    Raises:
        Unreachable: The studio never answered.
        CommandFailed: The studio refused it.
    """
    variables = {"input": {**requested, "clientRequestId": str(uuid.uuid4())}}
    waits = iter(SUBMIT_WAITS)
    while True:
        try:
            data = await client.execute("generateImage", variables)
        except Unreachable:
            wait = next(waits, None)
            if wait is None:
                raise
            await asyncio.sleep(wait)
        else:
            payload = data["generateImage"]
            demand_none(payload)
            accepted: dict[str, Any] = payload["generation"]
            return accepted


def _told(finished: dict[str, Any], paths: list[Path]) -> dict[str, Any]:
    return {
        "id": finished["id"],
        "prompt": finished["prompt"],
        "model": finished["model"],
        "seed": finished["seed"],
        "images": [
            {
                "file": str(path),
                "seed": image["seed"],
                "width": image["width"],
                "height": image["height"],
                "sha256": image["sha256"],
            }
            for path, image in zip(paths, finished["images"], strict=True)
        ],
    }
