"""The HTTP endpoint, following the GraphQL over HTTP specification.

Strawberry's view fails many of the specification's audits (format negotiation,
status codes, `data` in request errors) and parses a request before it
authenticates the caller. This module is therefore a small endpoint over
`studio_schema.execute`, not a subclass of that view.
"""

from __future__ import annotations

from contextlib import closing
from functools import partial

from starlette.types import Receive, Scope, Send
from strawberry.exceptions import MissingQueryError
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType

from genai_studio.domain.errors import StudioUnavailable, Unauthenticated
from genai_studio.domain.identity import Caller
from genai_studio.failure_log import log_bug
from genai_studio.hosts.asgi.authorization import authenticate
from genai_studio.hosts.asgi.base_url import base_url
from genai_studio.hosts.asgi.fair_turns import FairTurns
from genai_studio.hosts.asgi.graphql.accept import JSON, RESPONSE_JSON, negotiate
from genai_studio.hosts.asgi.graphql.client_disconnect import DisconnectWatch
from genai_studio.hosts.asgi.graphql.http_request import HttpRequest
from genai_studio.hosts.asgi.graphql.http_response import HttpResponse
from genai_studio.hosts.asgi.graphql.request import (
    GraphQLParameters,
    HttpError,
    read_parameters,
)
from genai_studio.hosts.asgi.graphql.result import is_request_error, response_map
from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.http_server.connections import authenticated
from genai_studio.local.fair_slots import FairSlots
from genai_studio.ports import Identity
from genai_studio.schema.context import StudioContext
from genai_studio.schema.strawberry_internals import (
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
)
from genai_studio.schema.studio_schema import studio_schema
from genai_studio.services.studio import Studio

_GET_OPERATIONS = frozenset({OperationType.QUERY})
_POST_OPERATIONS = frozenset({OperationType.QUERY, OperationType.MUTATION})


class GraphQLOverHttp:
    """Serve queries by GET and POST, and mutations by POST. Subscriptions need a WebSocket."""

    def __init__(
        self, studio: Studio, identity: Identity, options: AsgiOptions, turns: FairTurns
    ) -> None:
        self._studio = studio
        self._identity = identity
        self._options = options
        self._turns = turns
        self._slots = FairSlots(options.max_operations, options.max_operations_per_user)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. A route of an ASGI application needs no wrapper of Starlette's."""
        response = await self._respond(HttpRequest(scope, receive))
        await response.send(send)

    async def _respond(self, request: HttpRequest) -> HttpResponse:
        """Respond to a request. Never raises."""
        media_type = negotiate(request.header(b"accept"))
        try:
            if media_type is None:
                message = f"Not acceptable. Accept {RESPONSE_JSON} or {JSON}."
                raise HttpError(406, "NOT_ACCEPTABLE", message)
            caller = await self._caller(request)
            parameters = await read_parameters(request, self._options)
            async with self._slots.slot(caller.owner):
                with closing(DisconnectWatch(request.receive)) as watch:
                    context = StudioContext(
                        self._studio,
                        caller,
                        base_url(request.scope),
                        watch.is_disconnected,
                        partial(self._turns.take, caller.owner),
                    )
                    result = await self._execute(request.method, parameters, context)
        except HttpError as error:
            return _error_response(error, media_type or JSON)
        except Exception as error:
            reference = log_bug("The GraphQL endpoint failed", error)
            message = f"Internal error (reference {reference})."
            return _error_response(HttpError(500, "INTERNAL", message), media_type or JSON)
        status = 400 if is_request_error(result) and media_type == RESPONSE_JSON else 200
        return HttpResponse(response_map(result), status, media_type)

    async def _caller(self, request: HttpRequest) -> Caller:
        authorization = request.header(b"authorization")
        try:
            caller = await authenticate(authorization, self._identity)
        except Unauthenticated as error:
            challenge = "Bearer" if authorization is None else 'Bearer error="invalid_token"'
            raise HttpError(
                401, "UNAUTHENTICATED", str(error), {"WWW-Authenticate": challenge}
            ) from None
        except StudioUnavailable as error:
            raise HttpError(503, "UNAVAILABLE", str(error)) from None
        authenticated(request.scope, caller.owner)
        return caller

    async def _execute(
        self, method: str, parameters: GraphQLParameters, context: StudioContext
    ) -> ExecutionResult:
        await self._turns.start(context.caller.owner, parameters.query)
        try:
            return await studio_schema.execute(
                parameters.query,
                variable_values=parameters.variables,
                context_value=context,
                operation_name=parameters.operation_name,
                allowed_operation_types=_POST_OPERATIONS if method == "POST" else _GET_OPERATIONS,
            )
        except InvalidOperationTypeError as error:
            raise _wrong_operation(error.operation_type, method) from None
        except (CannotGetOperationTypeError, MissingQueryError):
            message = "The document has no operation with this `operationName`."
            raise HttpError(None, "BAD_REQUEST", message) from None


def _wrong_operation(operation_type: OperationType, method: str) -> HttpError:
    if operation_type is OperationType.SUBSCRIPTION:
        message = "Subscriptions need a WebSocket with the subprotocol graphql-transport-ws."
        return HttpError(None, "BAD_REQUEST", message)
    message = f"A {operation_type.value} cannot be sent by {method}. Send it by POST."
    return HttpError(405, "METHOD_NOT_ALLOWED", message, {"Allow": "POST"})


def _error_response(error: HttpError, media_type: str) -> HttpResponse:
    body = {"message": str(error), "extensions": {"code": error.code}}
    status = error.status or (400 if media_type == RESPONSE_JSON else 200)
    return HttpResponse({"errors": [body]}, status, media_type, error.headers)
