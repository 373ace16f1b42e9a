"""The Lambda function that hears, by SNS or S3, that an asynchronous endpoint has answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.failure_log import log_bug
from genai_studio.hosts.aws.on_loop import on_loop
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.notices import parse_notices
from genai_studio.services.attempt.async_collector import AsyncCollector

LambdaHandler = Callable[[Mapping[str, Any], Any], None]


def completion_handler(
    collector: AsyncCollector, exchange: Exchange, loop: asyncio.AbstractEventLoop
) -> LambdaHandler:
    """The Lambda handler; make it once, when the function starts.

    Args:
        loop: On which all its calls run.
    """
    return on_loop(loop, lambda event, _: complete(collector, exchange, event))


async def complete(collector: AsyncCollector, exchange: Exchange, event: Mapping[str, Any]) -> None:
    """Follow every notice of an event.

    Raises:
        StudioUnavailable: One could not be followed now. Lambda calls again,
            twice; after that the sweeper finds the answer when the lease ends.
    """
    missed = 0
    for notice in parse_notices(event, exchange):
        try:
            await collector.collect(notice)
        except Exception as error:
            log_bug(f"The notice of {notice.ref.id} could not be followed", error)
            missed += 1
    if missed:
        raise StudioUnavailable(f"{missed} notices could not be followed now.")
