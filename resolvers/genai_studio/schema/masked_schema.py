"""A Strawberry schema that masks internal errors in every result.

A schema extension cannot do this: `on_operation` does not see the results of a
stream, and errors raised by extensions bypass the other extensions. All results
of `execute`, `execute_sync` and `stream` pass through `MaskedSchema`;
Strawberry's `subscribe` delegates to `stream`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from graphql import GraphQLError
from strawberry.types.execution import ExecutionContext, ExecutionResult

from genai_studio.schema.compiled.compiled_schema import CompiledSchema
from genai_studio.schema.errors import to_client_error


class MaskedSchema(CompiledSchema):
    """Replace errors that are bugs by a reference to the log."""

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """See `strawberry.Schema.execute`."""
        return _mask_errors(await super().execute(*args, **kwargs))

    def execute_sync(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """See `strawberry.Schema.execute_sync`."""
        return _mask_errors(super().execute_sync(*args, **kwargs))

    async def stream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[ExecutionResult, None]:
        """See `strawberry.Schema.stream`; every item is an `ExecutionResult`."""
        return _mask_stream(await super().stream(*args, **kwargs))

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log nothing. Strawberry would log error messages, which may quote a prompt."""


def _mask_errors(result: ExecutionResult) -> ExecutionResult:
    if result.errors:
        # A new list: cached documents share their list of validation errors.
        result.errors = [to_client_error(error) for error in result.errors]
    return result


async def _mask_stream(
    results: AsyncGenerator[Any, None],
) -> AsyncGenerator[ExecutionResult, None]:
    async with aclosing(results):
        async for result in results:
            if not isinstance(result, ExecutionResult):
                raise TypeError("Incremental delivery is disabled.")
            yield _mask_errors(result)
