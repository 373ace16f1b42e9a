"""Serve the ASGI app on AWS Lambda behind API Gateway (HTTP API, payload format 2.0).

HTTP clients use the same routes as on one machine: `GET /graphiql` without a token and
`POST /graphql` with one. Subscriptions are available from AppSync only.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES
from mangum.types import ASGI

from genai_studio.hosts.asgi.graphql.accept import RESPONSE_JSON

LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]


def http_handler(app: ASGI, loop: asyncio.AbstractEventLoop) -> LambdaHandler:
    """Create the Lambda handler of an ASGI app. Call it once, at cold start.

    Args:
        loop: Event loop for all calls, set as the loop of the thread. State that the
            app keeps between calls (pending fetches, limiters) is bound to it.
    """
    # Mangum logs exceptions with their message, which may quote a prompt. The app
    # logs them itself.
    logging.getLogger("mangum").setLevel(logging.CRITICAL)
    asyncio.set_event_loop(loop)
    mangum = Mangum(
        app,
        lifespan="off",
        # Mangum sends all other media types as base64.
        text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, RESPONSE_JSON],
    )

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401
        asyncio.set_event_loop(loop)
        return mangum(event, context)

    return handle
