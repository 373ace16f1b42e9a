"""Reads the parameters of a GraphQL request out of HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.requests import ClientDisconnect, Request

from genai_studio.hosts.asgi.graphql.accept import JSON
from genai_studio.hosts.asgi.graphql.strict_json import parse_json
from genai_studio.hosts.asgi.options import AsgiOptions


class HttpRefusal(Exception):
    """The request is answered without being executed.

    Attributes:
        status: The HTTP status; None where it depends on the response format,
            because the request is well-formed but what it asks for cannot be done.
        code: For `extensions.code`.
        headers: To send along.
    """

    def __init__(
        self,
        status: int | None,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class GraphQLParameters:
    """A well-formed GraphQL request, not yet parsed or validated."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


async def read_parameters(request: Request, options: AsgiOptions) -> GraphQLParameters:
    """The parameters from the JSON body of a POST or the query string of a GET.

    Raises:
        HttpRefusal: There are none.
    """
    if request.method != "POST":
        query = request.query_params
        return _checked(
            {
                name: _parsed(query[name]) if name in {"variables", "extensions"} else query[name]
                for name in ("query", "operationName", "variables", "extensions")
                if name in query
            }
        )
    _demand_json(request)
    try:
        async with asyncio.timeout(options.body_timeout_seconds):
            body = await _read_body(request, options.max_body_bytes)
    except TimeoutError:
        raise HttpRefusal(408, "TIMEOUT", "The body did not come in time.") from None
    except ClientDisconnect:
        raise HttpRefusal(400, "BAD_REQUEST", "The body did not come whole.") from None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        _refuse("The body is not UTF-8.")
    return _checked(_parsed(text))


def _demand_json(request: Request) -> None:
    # A page of another origin cannot send this type without asking first (CORS),
    # which is why nothing else is taken.
    media_type, *parameters = request.headers.get("content-type", "").lower().split(";")
    charsets = [
        p.partition("=")[2].strip(' "') for p in parameters if p.strip().startswith("charset")
    ]
    if media_type.strip() != JSON or any(charset not in {"utf-8", "utf8"} for charset in charsets):
        raise HttpRefusal(
            415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json in UTF-8."
        )
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HttpRefusal(
            415, "UNSUPPORTED_MEDIA_TYPE", "Send the body without a content encoding."
        )


async def _read_body(request: Request, limit: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > limit:
        _refuse_size(limit)
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > limit:
            _refuse_size(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def _refuse_size(limit: int) -> NoReturn:
    raise HttpRefusal(
        413, "REQUEST_TOO_LARGE", f"A request may have {limit} bytes.", {"Connection": "close"}
    )


def _parsed(text: str) -> object:
    try:
        return parse_json(text)
    except ValueError:
        # The parser's own message may quote the body.
        _refuse("This is not JSON that can be read.")


def _checked(parameters: object) -> GraphQLParameters:
    if isinstance(parameters, list):
        _refuse("Send one operation a request; batches are not taken.")
    if not isinstance(parameters, dict):
        _refuse("The body must be a JSON object.")
    query = parameters.get("query")
    if not isinstance(query, str) or not query:
        _refuse("`query` must be a GraphQL document.")
    operation_name = parameters.get("operationName")
    if not isinstance(operation_name, str | None):
        _refuse("`operationName` must be a string or null.")
    for name in ("variables", "extensions"):
        if not isinstance(parameters.get(name), dict | None):
            _refuse(f"`{name}` must be an object or null.")
    return GraphQLParameters(query, parameters.get("variables"), operation_name or None)


def _refuse(message: str) -> NoReturn:
    raise HttpRefusal(400, "BAD_REQUEST", message)
