"""A Strawberry schema that executes cached documents with `CompiledExecutor`.

A request takes the direct path if its document is valid, its operation is allowed and
its variables are within the limits. Every other request takes Strawberry's path, which
produces the error.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from functools import partial
from typing import Any, cast

import strawberry
from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError, create_source_event_stream
from graphql.execution import Executor, execute_subscription_event
from graphql.pyutils import is_awaitable
from strawberry.types.execution import ExecutionResult
from strawberry.types.graphql import OperationType

from genai_studio.schema.compiled.direct_query import complete_directly
from genai_studio.schema.compiled.executor import CompiledExecutor
from genai_studio.schema.documents.document_cache import Document, DocumentCache
from genai_studio.schema.limits.value_limits import value_limit_errors
from genai_studio.schema.shared_work import SharedWork
from genai_studio.schema.strawberry_internals import graphql_schema


class CompiledSchema(strawberry.Schema):
    """Execute valid documents with generated functions.

    Args:
        documents: The cache that the extension `CachedDocuments` also uses. Without it,
            Strawberry executes every request.
    """

    def __init__(self, *args: Any, documents: DocumentCache | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._documents = documents

    def is_prepared(self, query: str) -> bool:
        """Return whether a document is in the cache."""
        return self._documents is None or query in self._documents

    async def prepare(self, query: str) -> None:
        """Parse and validate a document in a thread, just before it is executed."""
        if self._documents is not None:
            await self._documents.prepare(query, graphql_schema(self))

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: object = None,
        root_value: object = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """See `strawberry.Schema.execute`."""
        document = self._executable(query, variable_values, operation_name, allowed_operation_types)
        if document is None or document.is_subscription(operation_name):
            return await super().execute(
                query,
                variable_values,
                context_value,
                root_value,
                operation_name,
                allowed_operation_types,
                operation_extensions,
            )
        return await self._execute_directly(
            document, variable_values, context_value, root_value, operation_name
        )

    async def stream(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: object = None,
        root_value: object = None,
        operation_name: str | None = None,
        operation_extensions: dict[str, Any] | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
    ) -> AsyncGenerator[Any, None]:
        """See `strawberry.Schema.stream`."""
        document = self._executable(query, variable_values, operation_name, allowed_operation_types)
        if document is None:
            return await super().stream(
                query,
                variable_values,
                context_value,
                root_value,
                operation_name,
                operation_extensions,
                allowed_operation_types,
            )
        arguments = (document, variable_values, context_value, root_value, operation_name)
        if document.is_subscription(operation_name):
            return self._subscribe_directly(*arguments)
        return self._stream_once(*arguments)

    def _executable(
        self,
        query: str | None,
        variables: Mapping[str, Any] | None,
        operation_name: str | None,
        allowed: Iterable[OperationType] | None,
    ) -> Document | None:
        """Return the document if nothing is wrong with it and with the variables."""
        if not query or self._documents is None:
            return None
        try:
            document = self._documents.get(query, graphql_schema(self))
        except GraphQLError:
            return None
        if document.selections is None:  # invalid, or not cached
            return None
        operation = document.operation_type(operation_name)
        if operation is None or (allowed is not None and operation not in allowed):
            return None
        name = document.operation_name(operation_name)
        if any(value_limit_errors(document.page_sizes, document.texts, name, variables or {})):
            return None
        return document

    async def _execute_directly(
        self,
        document: Document,
        variables: dict[str, Any] | None,
        context: object,
        root: object,
        operation_name: str | None,
    ) -> ExecutionResult:
        data = await self._execute_simple(document, variables, context, root, operation_name)
        if data is not None:
            return ExecutionResult(data, None, {})
        try:
            executor = CompiledExecutor.build(
                graphql_schema(self),
                document.syntax,
                root,
                context,
                variables,
                operation_name,
                selections=document.selections,
            )
            if isinstance(executor, list):
                return ExecutionResult(None, executor, {})
            result = executor.execute_operation()
            return _converted(cast("CoreResult", await result if is_awaitable(result) else result))
        except Exception as error:
            return _failed(error)

    async def _execute_simple(
        self,
        document: Document,
        variables: dict[str, Any] | None,
        context: object,
        root: object,
        operation_name: str | None,
    ) -> dict[str, Any] | None:
        """Return the data of a simple query; None if graphql-core must execute it."""
        name = document.operation_name(operation_name)
        selections = document.selections
        direct = selections and selections.direct_query(graphql_schema(self), name)
        if not direct:
            return None
        plan, completion = direct
        try:
            data = await plan.execute(completion, variables or {}, context, root)
        except Exception:
            CompiledExecutor.fallbacks += 1
            return None
        CompiledExecutor.completed += 1
        return data

    async def _stream_once(self, *arguments: Any) -> AsyncGenerator[ExecutionResult, None]:
        yield await self._execute_directly(*arguments)

    async def _subscribe_directly(
        self,
        document: Document,
        variables: dict[str, Any] | None,
        context: object,
        root: object,
        operation_name: str | None,
    ) -> AsyncGenerator[ExecutionResult, None]:
        name = document.operation_name(operation_name)
        try:
            executor = CompiledExecutor.build(
                graphql_schema(self),
                document.syntax,
                root,
                context,
                variables,
                operation_name,
                selections=document.selections,
            )
            if isinstance(executor, list):
                yield ExecutionResult(None, executor, {})
                return
            events = create_source_event_stream(executor)
            if is_awaitable(events):
                events = await events
            if isinstance(events, CoreResult):
                yield _converted(events)
                return
            async with aclosing(cast("AsyncGenerator[object, None]", events)) as payloads:
                async for payload in payloads:
                    yield await _event_result(executor, document, name, payload)
        except Exception as error:
            # graphql-core passes exceptions of the event source on.
            yield _failed(error)


async def _event_result(
    executor: Executor[Any], document: Document, operation_name: str | None, payload: object
) -> ExecutionResult:
    """Execute a subscription for one event.

    Subscriptions with the same document share the result of a payload that they share.
    """
    context = executor.context_value
    direct = document.selections and document.selections.direct_events(operation_name)
    if direct:
        key, completion = direct
        work = partial(complete_directly, completion, payload, context)
        shared: SharedWork | None = getattr(context, "shared", None)
        try:
            value = await (work() if shared is None else shared.once(payload, completion, work))
        except Exception:
            CompiledExecutor.fallbacks += 1
        else:
            CompiledExecutor.completed += 1
            return ExecutionResult({key: value}, None, {})
    result = execute_subscription_event(executor.build_per_event_executor(payload))
    return _converted(cast("CoreResult", await result if is_awaitable(result) else result))


def _converted(result: CoreResult) -> ExecutionResult:
    return ExecutionResult(result.data, result.errors, {})


def _failed(error: Exception) -> ExecutionResult:
    located = (
        error if isinstance(error, GraphQLError) else GraphQLError(str(error), original_error=error)
    )
    return ExecutionResult(None, [located], {})
