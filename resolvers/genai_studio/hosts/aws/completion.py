"""Process notifications of SNS or S3 about responses of an asynchronous endpoint."""

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
    """Create the Lambda handler. Call it once, at cold start.

    Args:
        loop: Event loop for all calls.
    """
    return on_loop(loop, lambda event, _: complete(collector, exchange, event))


async def complete(collector: AsyncCollector, exchange: Exchange, event: Mapping[str, Any]) -> None:
    """Process all notices of an event.

    Raises:
        StudioUnavailable: Some notices could not be processed. Lambda retries the event
            twice. After that, the sweeper checks the generation when its lease expires.
    """
    failed = 0
    for notice in parse_notices(event, exchange):
        try:
            await collector.collect(notice)
        except Exception as error:
            log_bug(f"The notice of {notice.ref.id} could not be processed", error)
            failed += 1
    if failed:
        raise StudioUnavailable(f"{failed} notices could not be processed.")
