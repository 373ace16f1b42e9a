"""The ASGI host's HTTP part on AWS Lambda, behind API Gateway (HTTP API, payload 2.0).

GraphiQL, `gql`, Postman and any HTTP client find what they find on one machine:
`GET /graphiql` for everybody, `POST /graphql` with a token. What is pushed
comes from AppSync; here a client asks again.
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
    """The Lambda handler of an ASGI app; make it once, when the function starts.

    Args:
        loop: On which all its calls run: what the app keeps between calls (a
            fetch under way, limits) belongs to one loop. Becomes the thread's.
    """
    # Mangum logs an app's exceptions with their text, which may quote a prompt;
    # the app has logged them already, in its own way.
    logging.getLogger("mangum").setLevel(logging.CRITICAL)
    asyncio.set_event_loop(loop)
    mangum = Mangum(
        app,
        lifespan="off",
        # What is not named here is sent as base64.
        text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, RESPONSE_JSON],
    )

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401
        asyncio.set_event_loop(loop)
        return mangum(event, context)

    return handle
