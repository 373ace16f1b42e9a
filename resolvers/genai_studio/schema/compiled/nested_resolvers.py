"""What a compiled function gives the resolvers of nested fields, and how it awaits them."""

from __future__ import annotations

from types import CoroutineType
from typing import Any

from graphql.pyutils import gather_with_cancel


class FieldInfo:
    """What a resolver may read of its `info`: the context.

    Any other attribute raises AttributeError, so that graphql-core executes the field and
    gives the resolver the full `info`.
    """

    __slots__ = ("context",)

    def __init__(self, context: object) -> None:
        self.context = context


async def settle(pending: list[Any], info: FieldInfo) -> None:
    """Await the coroutines of nested resolvers, and those that their values lead to.

    Args:
        pending: See `selection_compiler.Completion`. It is empty afterwards; if a resolver
            raises, it holds what must be closed.
    """
    while pending:
        batch = list(pending)
        pending.clear()
        values = await gather_with_cancel(*(coroutine for _, _, coroutine, _ in batch))
        for (target, key, _, complete), value in zip(batch, values, strict=True):
            target[key] = complete(value, info, pending)


def close(pending: list[Any]) -> None:
    """Close coroutines that never started, which would warn otherwise."""
    for _, _, coroutine, _ in pending:
        if isinstance(coroutine, CoroutineType):
            coroutine.close()
