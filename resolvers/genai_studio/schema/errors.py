"""Which errors a client may read, and what stands in place of the others.

Refusals carry `extensions.code`. What is wrong with the request itself, its
syntax, its fields or its variables, stays readable. Everything else is a bug:
it is logged where it happened, and the client is told only a reference.
"""

from __future__ import annotations

from graphql import FieldNode, GraphQLError

from genai_studio.domain.errors import Refused, StudioError, StudioUnavailable, SubscriberTooSlow
from genai_studio.failure_log import log_bug


class Forbidden(StudioError):
    """The caller may not use this field."""


def shown(error: GraphQLError) -> GraphQLError:
    """The error as a client may read it."""
    cause = _cause(error)
    if isinstance(cause, Refused) and cause.problems:
        first = cause.problems[0]
        return _typed(error, str(cause), first.code.value, path=list(first.path))
    if isinstance(cause, Forbidden):
        return _typed(error, str(cause), "FORBIDDEN")
    if isinstance(cause, SubscriberTooSlow):
        message = "This subscription could not keep up. Subscribe again, then query."
        return _typed(error, message, "SUBSCRIBER_TOO_SLOW")
    if isinstance(cause, StudioUnavailable):
        return _typed(error, str(cause), "UNAVAILABLE")
    if _is_about_the_request(error, cause):
        return error
    field = ".".join(str(part) for part in error.path or ()) or "none"
    reference = log_bug(f"A resolver failed at {field}", cause)
    return _typed(error, f"Something went wrong (reference {reference}).", "INTERNAL")


def _cause(error: GraphQLError) -> BaseException:
    """What was raised first; graphql-core wraps it once or twice."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_about_the_request(error: GraphQLError, cause: BaseException) -> bool:
    if error.path is None:
        # Parsing, validation and variables: either graphql-core says so itself,
        # or a scalar's reason lies behind an error that points into the document.
        return isinstance(cause, GraphQLError) or (
            isinstance(cause, ValueError | TypeError | RecursionError) and bool(error.nodes)
        )
    # Within the execution graphql-core points at a value only when an argument is
    # wrong; what a resolver raises or returns wrongly is located at its field.
    return isinstance(cause, GraphQLError) and not any(
        isinstance(node, FieldNode) for node in error.nodes or ()
    )


def _typed(error: GraphQLError, message: str, code: str, **more: object) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={"code": code, **more},
    )
