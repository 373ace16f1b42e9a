"""Log unexpected exceptions without their messages.

An exception's message and the locals of its frames may contain a prompt or a
token. The log therefore contains only types and code locations.
"""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Iterator

_log = logging.getLogger(__name__)

_MAX_FRAMES = 20
_MAX_CAUSES = 5


def log_bug(what: str, error: BaseException) -> str:
    """Log an unexpected exception.

    Args:
        what: What failed. Must not contain user data.

    Returns:
        A reference that is also in the log, to show to the user.
    """
    reference = uuid.uuid4().hex[:12]
    _log.error("%s (reference %s): %s", what, reference, describe(error))
    return reference


def describe(error: BaseException) -> str:
    """Return the types of an exception and its causes, and the frames of its traceback."""
    kinds = " from ".join(_kind(cause) for cause in _causes(error))
    frames = traceback.StackSummary.extract(
        traceback.walk_tb(error.__traceback__), limit=-_MAX_FRAMES, lookup_lines=False
    )
    lines = (f"\n  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    return kinds + "".join(lines)


def _kind(error: BaseException) -> str:
    kind = type(error)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    for _ in range(_MAX_CAUSES):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
