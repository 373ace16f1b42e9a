"""Conversion of execution errors to the form clients may read.

Expected errors carry `extensions.code`. Errors in the request itself (syntax,
fields, variables) keep their message. Every other error is a bug: it is logged
on the server, and the client receives only a reference to the log entry.
"""

from __future__ import annotations

from graphql import FieldNode, GraphQLError

from genai_studio.domain.errors import Refused, StudioError, StudioUnavailable, SubscriberTooSlow
from genai_studio.domain.validation import MAX_SEED
from genai_studio.failure_log import log_bug


class Forbidden(StudioError):
    """The caller may not use this field."""


def to_client_error(error: GraphQLError) -> GraphQLError:
    """Return the error as clients may read it; log it if it is a bug."""
    cause = _root_cause(error)
    if isinstance(cause, Refused) and cause.problems:
        first = cause.problems[0]
        return _with_code(error, str(cause), first.code.value, path=list(first.path))
    if isinstance(cause, Forbidden):
        return _with_code(error, str(cause), "FORBIDDEN")
    if isinstance(cause, SubscriberTooSlow):
        message = "The subscription fell behind and was ended. Subscribe again, then query."
        return _with_code(error, message, "SUBSCRIBER_TOO_SLOW")
    if isinstance(cause, StudioUnavailable):
        return _with_code(error, str(cause), "UNAVAILABLE")
    if _is_request_error(error, cause):
        return _explain_int_overflow(error)
    field = ".".join(str(part) for part in error.path or ()) or "none"
    reference = log_bug(f"A resolver failed at {field}", cause)
    return _with_code(error, f"Internal error (reference {reference}).", "INTERNAL")


def _root_cause(error: GraphQLError) -> BaseException:
    """Return the exception raised first; graphql-core wraps it once or twice."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_request_error(error: GraphQLError, cause: BaseException) -> bool:
    if error.path is None:
        # Parsing, validation and variable coercion. The cause is a GraphQLError, or
        # an exception of a scalar wrapped in an error that points into the document.
        return isinstance(cause, GraphQLError) or (
            isinstance(cause, ValueError | TypeError | RecursionError) and bool(error.nodes)
        )
    # During execution, graphql-core locates an invalid argument at its value node.
    # An exception or an invalid return value of a resolver is located at the field node.
    return isinstance(cause, GraphQLError) and not any(
        isinstance(node, FieldNode) for node in error.nodes or ()
    )


def _explain_int_overflow(error: GraphQLError) -> GraphQLError:
    """Add the limit of `Int` to graphql-core's message, which does not name it."""
    if "Int cannot represent non 32-bit signed integer value" not in error.message:
        return error
    return GraphQLError(
        f"{error.message.removesuffix('.')}. The largest Int is {MAX_SEED}. "
        "Send a larger seed modulo 2147483648.",
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=error.extensions,
    )


def _with_code(error: GraphQLError, message: str, code: str, **extensions: object) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={"code": code, **extensions},
    )
