"""`/graphql` over HTTP, as the GraphQL-over-HTTP specification has it.

Strawberry's own view decides differently in many places that the
specification's audit looks at (format negotiation, status codes, `data` in
request errors) and parses a request before anybody knows who sent it. So this
is a small endpoint over `studio_schema.execute` rather than a subclass of that view.
"""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from strawberry.exceptions import MissingQueryError
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType

from genai_studio.domain.errors import StudioUnavailable, Unauthenticated
from genai_studio.domain.identity import Caller
from genai_studio.failure_log import log_bug
from genai_studio.hosts.asgi.authorization import caller_of
from genai_studio.hosts.asgi.base_url import base_url
from genai_studio.hosts.asgi.graphql.accept import JSON, RESPONSE_JSON, negotiate
from genai_studio.hosts.asgi.graphql.client_disconnect import client_disconnect
from genai_studio.hosts.asgi.graphql.request import (
    GraphQLParameters,
    HttpRefusal,
    read_parameters,
)
from genai_studio.hosts.asgi.graphql.result import is_request_error, response_of
from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.ports import Identity
from genai_studio.schema.context import StudioContext
from genai_studio.schema.strawberry_internals import (
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
)
from genai_studio.schema.studio_schema import studio_schema
from genai_studio.services.studio import Studio

_BY_GET = frozenset({OperationType.QUERY})
_BY_POST = frozenset({OperationType.QUERY, OperationType.MUTATION})


class GraphQLOverHttp:
    """Queries by GET and POST, mutations by POST alone; subscriptions need a WebSocket."""

    def __init__(self, studio: Studio, identity: Identity, options: AsgiOptions) -> None:
        self._studio = studio
        self._identity = identity
        self._options = options

    async def respond(self, request: Request) -> Response:
        """Answer one request; never raises."""
        media_type = negotiate(request.headers.get("accept"))
        try:
            if media_type is None:
                message = f"Accept {RESPONSE_JSON} or {JSON}."
                raise HttpRefusal(406, "NOT_ACCEPTABLE", message)
            caller = await self._caller(request)
            parameters = await read_parameters(request, self._options)
            async with client_disconnect(request.receive) as gone:
                context = StudioContext(self._studio, caller, base_url(request), gone)
                result = await self._execute(request.method, parameters, context)
        except HttpRefusal as refusal:
            return _refusal(refusal, media_type or JSON)
        except Exception as error:
            reference = log_bug("The GraphQL endpoint failed", error)
            message = f"Internal error (reference {reference})."
            return _refusal(HttpRefusal(500, "INTERNAL", message), media_type or JSON)
        status = 400 if is_request_error(result) and media_type == RESPONSE_JSON else 200
        return _json(response_of(result), status, media_type)

    async def _caller(self, request: Request) -> Caller:
        authorization = request.headers.get("authorization")
        try:
            return await caller_of(authorization, self._identity)
        except Unauthenticated as error:
            challenge = "Bearer" if authorization is None else 'Bearer error="invalid_token"'
            raise HttpRefusal(
                401, "UNAUTHENTICATED", str(error), {"WWW-Authenticate": challenge}
            ) from None
        except StudioUnavailable as error:
            raise HttpRefusal(503, "UNAVAILABLE", str(error)) from None

    async def _execute(
        self, method: str, parameters: GraphQLParameters, context: StudioContext
    ) -> ExecutionResult:
        try:
            return await studio_schema.execute(
                parameters.query,
                variable_values=parameters.variables,
                context_value=context,
                operation_name=parameters.operation_name,
                allowed_operation_types=_BY_POST if method == "POST" else _BY_GET,
            )
        except InvalidOperationTypeError as error:
            raise _wrong_operation(error.operation_type, method) from None
        except (CannotGetOperationTypeError, MissingQueryError):
            message = "The document has no operation of this name."
            raise HttpRefusal(None, "BAD_REQUEST", message) from None


def _wrong_operation(operation_type: OperationType, method: str) -> HttpRefusal:
    if operation_type is OperationType.SUBSCRIPTION:
        message = "Subscribe over a WebSocket, with the subprotocol graphql-transport-ws."
        return HttpRefusal(None, "BAD_REQUEST", message)
    message = f"A {operation_type.value} cannot be sent by {method}."
    return HttpRefusal(405, "METHOD_NOT_ALLOWED", message, {"Allow": "POST"})


def _refusal(refusal: HttpRefusal, media_type: str) -> Response:
    error = {"message": str(refusal), "extensions": {"code": refusal.code}}
    status = refusal.status or (400 if media_type == RESPONSE_JSON else 200)
    return _json({"errors": [error]}, status, media_type, refusal.headers)


def _json(
    body: dict[str, Any], status: int, media_type: str, headers: dict[str, str] | None = None
) -> Response:
    return Response(
        json.dumps(body, separators=(",", ":")),
        status,
        {"Content-Type": f"{media_type}; charset=utf-8", "Cache-Control": "no-store"}
        | (headers or {}),
    )
