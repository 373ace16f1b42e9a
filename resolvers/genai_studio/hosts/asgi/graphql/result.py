"""Conversion of execution results to response maps, for HTTP and WebSocket."""

from __future__ import annotations

from typing import Any

from strawberry.types.execution import ExecutionResult


def is_request_error(result: ExecutionResult) -> bool:
    """Return whether the request failed before execution.

    The cause is the document, the operation name or a variable. An error of a
    field has the path of the field; a request error has no path.
    """
    return (
        result.data is None
        and bool(result.errors)
        and all(error.path is None for error in result.errors or ())
    )


def response_map(result: ExecutionResult) -> dict[str, Any]:
    """Return the response map of the GraphQL specification, without `data` on request errors."""
    response: dict[str, Any] = {} if is_request_error(result) else {"data": result.data}
    if result.errors:
        response["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        response["extensions"] = result.extensions
    return response
