"""Resolve the root fields of AWS AppSync with direct Lambda resolvers.

AppSync invokes the function once per root field of a request, with the caller's
identity as verified by Cognito. The function executes the field on the same schema as
the other hosts, so the responses are equal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLError

from genai_studio.domain.identity import Caller, Owner
from genai_studio.failure_log import log_bug
from genai_studio.hosts.aws.on_loop import on_loop
from genai_studio.schema.context import StudioContext
from genai_studio.schema.documents.field_document import field_document
from genai_studio.schema.studio_schema import studio_schema
from genai_studio.services.studio import Studio

LambdaHandler = Callable[[Mapping[str, Any], Any], object]


def appsync_handler(studio: Studio, loop: asyncio.AbstractEventLoop) -> LambdaHandler:
    """Create the Lambda handler. Call it once, at cold start.

    Args:
        loop: Event loop for all calls.
    """
    return on_loop(loop, lambda event, _: resolve(studio, event))


async def resolve(studio: Studio, event: Mapping[str, Any]) -> object:
    """Return the value of the root field that an AppSync event requests.

    Raises:
        Exception: The message is for the client. The class name is the error code, which
            Lambda logs. AppSync reports every class as `Lambda:Unhandled` to clients.
    """
    caller = _caller(event["identity"])
    info, arguments = event["info"], event["arguments"]
    field = info["fieldName"]
    try:
        document = field_document(
            info["parentTypeName"], field, arguments, info["selectionSetGraphQL"]
        )
    except (ValueError, GraphQLError) as error:
        reference = log_bug(f"The selection of {field} could not be read", error)
        raise _error("INTERNAL", f"Internal error (reference {reference}).") from None
    result = await studio_schema.execute(
        document, variable_values=dict(arguments), context_value=StudioContext(studio, caller)
    )
    if result.errors:
        first = result.errors[0]
        code = (first.extensions or {}).get("code")
        if code is None:
            # AppSync rejects such requests before. Do not raise graphql-core's message:
            # it quotes the arguments, and Lambda logs exceptions.
            raise _error("BAD_REQUEST", f"The arguments of {field} do not match their types.")
        raise _error(str(code), first.message)
    return (result.data or {})[field]


def _caller(identity: Mapping[str, Any] | None) -> Caller:
    """Return the caller from the claims of the token, which AppSync has verified."""
    claims = (identity or {}).get("claims", {})
    if claims.get("token_use") != "access" or not claims.get("sub"):
        raise _error("UNAUTHENTICATED", "Send an access token of the user pool.")
    return Caller(Owner(claims["sub"]), str(claims.get("username", "")), int(claims.get("exp", 0)))


def _error(code: str, message: str) -> Exception:
    """Return an exception whose class name is the error code."""
    error_class: type[Exception] = type(code, (Exception,), {})
    return error_class(message)
