"""What of an execution is told to the client, the same over HTTP and WebSocket."""

from __future__ import annotations

from typing import Any

from strawberry.types.execution import ExecutionResult


def is_request_error(result: ExecutionResult) -> bool:
    """Whether nothing was executed: the document, the operation or a variable is wrong.

    Whatever goes wrong in a field has that field's path; what has none went
    wrong before, or beside, every field.
    """
    return (
        result.data is None
        and bool(result.errors)
        and all(error.path is None for error in result.errors or ())
    )


def response_of(result: ExecutionResult) -> dict[str, Any]:
    """The response map of the GraphQL specification: no `data` in a request error."""
    response: dict[str, Any] = {} if is_request_error(result) else {"data": result.data}
    if result.errors:
        response["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        response["extensions"] = result.extensions
    return response
