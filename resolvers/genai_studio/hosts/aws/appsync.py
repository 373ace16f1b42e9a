"""The schema behind AWS AppSync: direct Lambda resolvers of its root fields.

AppSync calls the function once for each root field of a request, with the
caller's identity as Cognito verified it. The field is executed on the very
schema that the other hosts serve, so that all answer the same.
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
    """The Lambda handler; make it once, when the function starts.

    Args:
        loop: On which all its calls run: what adapters keep between calls (a
            fetch under way, limits) belongs to one loop.
    """
    return on_loop(loop, lambda event, _: resolve(studio, event))


async def resolve(studio: Studio, event: Mapping[str, Any]) -> object:
    """The value of the root field that an AppSync event asks for.

    Raises:
        Exception: Its text is for the client. It is named by its code, which
            Lambda logs; AppSync tells clients `Lambda:Unhandled` of every class.
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
        raise _named("INTERNAL", f"Internal error (reference {reference}).") from None
    result = await studio_schema.execute(
        document, variable_values=dict(arguments), context_value=StudioContext(studio, caller)
    )
    if result.errors:
        first = result.errors[0]
        code = (first.extensions or {}).get("code")
        if code is None:
            # AppSync lets no such request through. Lambda logs what is raised, and
            # the reason, in graphql-core's words, quotes the arguments.
            raise _named("BAD_REQUEST", f"What was sent to {field} is not of its type.")
        raise _named(str(code), first.message)
    return (result.data or {})[field]


def _caller(identity: Mapping[str, Any] | None) -> Caller:
    """Whoever Cognito says it is: AppSync has checked the token."""
    claims = (identity or {}).get("claims", {})
    if claims.get("token_use") != "access" or not claims.get("sub"):
        raise _named("UNAUTHENTICATED", "Send an access token of the user pool.")
    return Caller(Owner(claims["sub"]), str(claims.get("username", "")), int(claims.get("exp", 0)))


def _named(code: str, message: str) -> Exception:
    """An exception whose class is named by a code."""
    named: type[Exception] = type(code, (Exception,), {})
    return named(message)
