"""A Strawberry schema whose every result, of whatever kind, is fit to be read by clients.

An extension would not do: `on_operation` does not see the results of a stream,
and errors that are raised by extensions themselves pass all of them. What
leaves `execute`, `execute_sync` and `stream` passes here in any case
(`subscribe` is Strawberry's thin wrapper of `stream`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.types.execution import ExecutionContext, ExecutionResult

from genai_studio.schema.errors import shown


class StudioSchema(strawberry.Schema):
    """Masks the errors that nobody raised on purpose."""

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """See `strawberry.Schema.execute`."""
        return _shown(await super().execute(*args, **kwargs))

    def execute_sync(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """See `strawberry.Schema.execute_sync`."""
        return _shown(super().execute_sync(*args, **kwargs))

    async def stream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[ExecutionResult, None]:
        """See `strawberry.Schema.stream`; every item is an `ExecutionResult`."""
        return _shown_each(await super().stream(*args, **kwargs))

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log nothing: Strawberry would log messages, which may quote a prompt."""


def _shown(result: ExecutionResult) -> ExecutionResult:
    if result.errors:
        # A list of its own: the errors of a cached document are shared.
        result.errors = [shown(error) for error in result.errors]
    return result


async def _shown_each(
    results: AsyncGenerator[Any, None],
) -> AsyncGenerator[ExecutionResult, None]:
    async with aclosing(results):
        async for result in results:
            if not isinstance(result, ExecutionResult):
                raise TypeError("Incremental delivery is switched off.")
            yield _shown(result)
