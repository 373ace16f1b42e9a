"""Execution in which a generated function completes the value of each root field.

graphql-core coerces the variables and arguments, calls the resolver of the root field
and reports errors. Only the completion of what that resolver returned is replaced: the
checks and conversions of every field below. If the generated function meets anything
unusual, it raises, and graphql-core completes the same value instead. The resolver of
the root field therefore runs once, and errors are exactly those of graphql-core.
"""

from __future__ import annotations

from typing import Any

from graphql import GraphQLOutputType, GraphQLResolveInfo
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import AwaitableOrValue, Path

from genai_studio.schema.compiled.compiled_selections import CompiledSelections
from genai_studio.schema.compiled.nested_resolvers import FieldInfo, close, settle


class CompiledExecutor(Executor[Any]):
    """An executor for one document.

    Args:
        selections: The functions of the document.
    """

    completed = 0
    """Root fields that generated functions have completed, in this process. For tests."""

    fallbacks = 0
    """Root fields whose generated function raised, in this process. For tests."""

    def __init__(self, *args: Any, selections: CompiledSelections, **options: Any) -> None:
        super().__init__(*args, **options)
        self._selections = selections

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: object,
        position_context: object,
    ) -> AwaitableOrValue[Any]:
        """Complete a value, with the generated function if it is a root field's."""
        arguments = (return_type, field_details_list, info, path, result, position_context)
        # graphql-core calls this method again for the type inside of a non-null type.
        if path.prev is not None or return_type is not info.return_type:
            return super().complete_value(*arguments)
        completion = self._selections.completion(self, field_details_list, info)
        if completion is None:
            return super().complete_value(*arguments)
        field_info = FieldInfo(self.context_value)
        pending: list[Any] = []
        try:
            completed = completion(result, field_info, pending)
        except Exception:
            close(pending)
            CompiledExecutor.fallbacks += 1
            return super().complete_value(*arguments)
        if not pending:
            CompiledExecutor.completed += 1
            return completed
        return self._settle(completed, field_info, pending, arguments)

    async def _settle(
        self,
        completed: object,
        info: FieldInfo,
        pending: list[Any],
        arguments: tuple[Any, ...],
    ) -> object:
        """Await the coroutines of resolvers, and those that their values lead to."""
        try:
            await settle(pending, info)
        except Exception:
            close(pending)
            CompiledExecutor.fallbacks += 1
            recompleted = super().complete_value(*arguments)
            return await recompleted if self.is_awaitable(recompleted) else recompleted
        CompiledExecutor.completed += 1
        return completed
