"""The Lambda function that hears, by SNS or S3, that an asynchronous endpoint has answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.failure_log import log_bug
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.notices import parse_notices
from genai_studio.services.attempt.async_collect import Collect

LambdaHandler = Callable[[Mapping[str, Any], Any], None]


def completion_handler(
    collect: Collect, exchange: Exchange, loop: asyncio.AbstractEventLoop
) -> LambdaHandler:
    """The Lambda handler; make it once, when the function starts.

    Args:
        loop: On which all its calls run.
    """

    def handle(event: Mapping[str, Any], context: Any) -> None:  # noqa: ANN401
        loop.run_until_complete(complete(collect, exchange, event))

    return handle


async def complete(collect: Collect, exchange: Exchange, event: Mapping[str, Any]) -> None:
    """Follow every notice of an event.

    Raises:
        StudioUnavailable: One could not be followed now. Lambda calls again,
            twice; after that the sweeper finds the answer when the lease ends.
    """
    missed = 0
    for notice in parse_notices(event, exchange):
        try:
            await collect.told(notice)
        except Exception as error:
            log_bug(f"The notice of {notice.ref.id} could not be followed", error)
            missed += 1
    if missed:
        raise StudioUnavailable(f"{missed} notices could not be followed now.")
