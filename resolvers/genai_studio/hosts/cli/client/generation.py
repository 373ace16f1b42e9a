"""Submit a request and wait for its generation."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from genai_studio.hosts.cli.client.api_types import Generation, SubmitAnswer
from genai_studio.hosts.cli.client.follow import Follower
from genai_studio.hosts.cli.client.studio_client import StudioClient, Unreachable
from genai_studio.hosts.cli.output.console import err
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.hosts.cli.output.user_errors import raise_user_errors

SUBMIT_DELAYS = (0.5, 1.0, 2.0)
"""Seconds before each retry of a submit that got no answer."""

HINT_SECONDS = 30.0
"""Time without progress after which a hint at `doctor` is printed."""

CANCEL_TIMEOUT_SECONDS = 3.0
"""Time limit for canceling the generation after Ctrl-C."""

Request = Mapping[str, Any]
"""Fields of `GenerateImageInput`."""


async def run_generation(
    client: StudioClient, request: Request, on_state: Callable[[Generation], None]
) -> Generation:
    """Submit a request and return its generation after it has succeeded.

    Args:
        on_state: Called with each state of the generation.

    Raises:
        CommandFailed: The request was rejected, or the generation failed or was canceled.
    """
    async with Follower(client) as follower:
        accepted = await _submit_or_cancel(client, request)
        latest = accepted
        hint = asyncio.create_task(_hint_at_doctor())
        try:
            async for latest in follower.watch(accepted.id):
                on_state(latest)
                if latest.progress is not None:
                    hint.cancel()
        except asyncio.CancelledError:
            # Ctrl-C: the images are no longer needed.
            await _cancel(client, accepted.id)
            raise
        finally:
            hint.cancel()
    if latest.failure is not None and latest.status == "FAILED":
        raise CommandFailed(f"{latest.failure.message} ({latest.failure.code})")
    if latest.status != "SUCCEEDED":
        raise CommandFailed(f"The generation was {latest.status.lower()}.")
    return latest


async def _hint_at_doctor() -> None:
    await asyncio.sleep(HINT_SECONDS)
    hint = "Still waiting for the model. Run genai-studio doctor to check the installation."
    err().print(hint, soft_wrap=True)


async def _submit_or_cancel(client: StudioClient, request: Request) -> Generation:
    """Submit a request. On Ctrl-C, wait for the answer and cancel the generation."""
    submitting = asyncio.create_task(submit(client, request))
    try:
        return await asyncio.shield(submitting)
    except asyncio.CancelledError:
        with suppress(CommandFailed, TimeoutError):
            async with asyncio.timeout(CANCEL_TIMEOUT_SECONDS):
                accepted = await submitting
            await _cancel(client, accepted.id)
        raise


async def _cancel(client: StudioClient, generation_id: str) -> None:
    with suppress(CommandFailed, TimeoutError):
        async with asyncio.timeout(CANCEL_TIMEOUT_SECONDS):
            await client.execute("cancelGeneration", {"id": generation_id})


async def submit(client: StudioClient, request: Request) -> Generation:
    """Submit a request. Retries use the same idempotency key, so it is accepted once.

    Raises:
        Unreachable: The studio did not answer.
        CommandFailed: The studio rejected the request.
    """
    variables = {"input": {**request, "clientRequestId": str(uuid.uuid4())}}
    delays = iter(SUBMIT_DELAYS)
    while True:
        try:
            answer = await client.fetch("generateImage", variables, SubmitAnswer)
        except Unreachable:
            delay = next(delays, None)
            if delay is None:
                raise
            await asyncio.sleep(delay)
        else:
            raise_user_errors(answer.generate_image.user_errors)
            generation = answer.generate_image.generation
            if generation is None:
                raise CommandFailed("The studio's answer contains no generation.")
            return generation
