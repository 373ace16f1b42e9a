"""Which errors a client may read, and what stands in place of the others.

Refusals carry `extensions.code`; a bug is logged where it happened and told to
the client only as an internal error with the same reference.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.types.execution import ExecutionResult

from genai_studio.domain.errors import Refused, StudioError, StudioUnavailable, SubscriberTooSlow

_log = logging.getLogger(__name__)


class Forbidden(StudioError):
    """The caller may not use this field."""


class StudioErrors(SchemaExtension):
    """Types the deliberate errors and masks every other."""

    def on_operation(self) -> Iterator[None]:
        """Treat the errors of a query or mutation once it is done."""
        yield
        result: Any = self.execution_context.result
        if isinstance(result, ExecutionResult) and result.errors:
            result.errors = [shown(error) for error in result.errors]


def shown(error: GraphQLError) -> GraphQLError:
    """The error as a client may read it."""
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        return error
    if isinstance(original, Refused):
        first = original.problems[0]
        return _typed(error, str(original), first.code.value, path=list(first.path))
    if isinstance(original, Forbidden):
        return _typed(error, str(original), "FORBIDDEN")
    if isinstance(original, SubscriberTooSlow):
        message = "This subscription could not keep up. Subscribe again, then query."
        return _typed(error, message, "SUBSCRIBER_TOO_SLOW")
    if isinstance(original, StudioUnavailable):
        return _typed(error, str(original), "UNAVAILABLE")
    reference = uuid.uuid4().hex[:12]
    _log.error(
        "A resolver failed (reference %s, field %s).",
        reference,
        ".".join(str(part) for part in error.path or ()),
        exc_info=_without_arguments(original),
    )
    return _typed(error, f"Something went wrong (reference {reference}).", "INTERNAL")


def _typed(error: GraphQLError, message: str, code: str, **more: object) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={"code": code, **more},
    )


def _without_arguments(
    original: BaseException,
) -> tuple[type[BaseException], BaseException, Any]:
    # An exception's text may quote the prompt it choked on: its kind and place are enough.
    return type(original), type(original)(), original.__traceback__
