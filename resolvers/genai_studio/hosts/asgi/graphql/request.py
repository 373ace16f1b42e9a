"""Parsing of GraphQL parameters from an HTTP request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from genai_studio.hosts.asgi.graphql.accept import JSON
from genai_studio.hosts.asgi.graphql.http_request import BodyTooLarge, HttpRequest, IncompleteBody
from genai_studio.hosts.asgi.graphql.strict_json import parse_json
from genai_studio.hosts.asgi.options import AsgiOptions


class HttpError(Exception):
    """The request is rejected before execution.

    Attributes:
        status: The HTTP status. None if the request is well-formed but cannot be
            executed: the status then depends on the response format.
        code: Value of `extensions.code`.
        headers: Additional response headers.
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


async def read_parameters(request: HttpRequest, options: AsgiOptions) -> GraphQLParameters:
    """Read the parameters from the JSON body of a POST or the query string of a GET.

    Raises:
        HttpError: The request is malformed or too large.
    """
    if request.method != "POST":
        query = request.query()
        return _validated(
            {
                name: _parsed(query[name]) if name in {"variables", "extensions"} else query[name]
                for name in ("query", "operationName", "variables", "extensions")
                if name in query
            }
        )
    _require_json(request)
    try:
        body = await request.body(options.max_body_bytes)
    except BodyTooLarge:
        raise HttpError(
            413,
            "REQUEST_TOO_LARGE",
            f"The request body must have at most {options.max_body_bytes} bytes.",
            {"Connection": "close"},
        ) from None
    except IncompleteBody:
        raise HttpError(400, "BAD_REQUEST", "The request body is incomplete.") from None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        _reject("The request body must be UTF-8.")
    return _validated(_parsed(text))


def _require_json(request: HttpRequest) -> None:
    # Browsers send a CORS preflight request before a cross-origin request with this
    # type, so pages of other origins cannot send it. Other types need no preflight.
    if not _is_json(request.header(b"content-type") or ""):
        raise HttpError(
            415, "UNSUPPORTED_MEDIA_TYPE", "The request body must be application/json in UTF-8."
        )
    if (request.header(b"content-encoding") or "identity").lower() != "identity":
        raise HttpError(
            415, "UNSUPPORTED_MEDIA_TYPE", "The request body must not have a Content-Encoding."
        )


@lru_cache(64)
def _is_json(content_type: str) -> bool:
    """Return whether a media type is JSON in UTF-8."""
    media_type, *parameters = content_type.lower().split(";")
    charsets = [
        p.partition("=")[2].strip(' "') for p in parameters if p.strip().startswith("charset")
    ]
    return media_type.strip() == JSON and all(c in {"utf-8", "utf8"} for c in charsets)


def _parsed(text: str) -> object:
    try:
        return parse_json(text)
    except ValueError:
        # The parser's message may quote the body, so do not repeat it.
        _reject("Invalid JSON.")


def _validated(parameters: object) -> GraphQLParameters:
    if isinstance(parameters, list):
        _reject("Batched requests are not supported. Send one operation per request.")
    if not isinstance(parameters, dict):
        _reject("The request body must be a JSON object.")
    query = parameters.get("query")
    if not isinstance(query, str) or not query:
        _reject("`query` must be a non-empty string with a GraphQL document.")
    operation_name = parameters.get("operationName")
    if not isinstance(operation_name, str | None):
        _reject("`operationName` must be a string or null.")
    for name in ("variables", "extensions"):
        if not isinstance(parameters.get(name), dict | None):
            _reject(f"`{name}` must be an object or null.")
    return GraphQLParameters(query, parameters.get("variables"), operation_name or None)


def _reject(message: str) -> NoReturn:
    raise HttpError(400, "BAD_REQUEST", message)
