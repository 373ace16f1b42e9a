"""API Gateway in front of the HTTP function."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from tests.hosts.suite.lambda_http_host import api_gateway_event
from tests.rehearsal.emulators.aws_lambda import Fleet


async def post(
    function: Fleet, document: str, variables: Mapping[str, Any], token: str
) -> dict[str, Any]:
    """Send a GraphQL request and return the response."""
    event = api_gateway_event(
        "POST",
        "/graphql",
        body=json.dumps({"query": document, "variables": dict(variables)}),
        authorization=f"Bearer {token}",
        accept="application/graphql-response+json",
        content_type="application/json",
    )
    result = await function.invoke(event)
    body = result["body"]
    response: dict[str, Any] = json.loads(
        base64.b64decode(body) if result["isBase64Encoded"] else body
    )
    return response
