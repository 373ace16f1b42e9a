"""The compiled functions of one cached document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLResolveInfo,
    GraphQLSchema,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList

from genai_studio.schema.compiled.direct_query import DirectQuery, plan_events, plan_query
from genai_studio.schema.compiled.selection_compiler import (
    Completion,
    NotCompilable,
    compile_selection,
)

MAX_CONDITIONS = 4
"""Boolean variables in `@skip` and `@include`. With more, a document is not compiled."""

MAX_FUNCTIONS = 64
"""Functions of one document: root fields times combinations of these variables."""


class CompiledSelections:
    """Compiles the root fields of a document, and keeps the functions.

    graphql-core completes a root field the first time: compiling takes longer, and many
    documents are executed once.

    Args:
        compile_at: Which completion of a root field to compile it for, counted from 1.
    """

    def __init__(self, document: DocumentNode, *, compile_at: int = 2) -> None:
        self._document = document
        self._compile_at = compile_at
        self._uses: Counter[Hashable] = Counter()
        self._conditions: tuple[str, ...] | None = None
        self._functions: dict[Hashable, Completion | None] = {}
        self._direct: dict[str | None, DirectQuery | None] = {}

    def direct_query(
        self, schema: GraphQLSchema, operation_name: str | None
    ) -> tuple[DirectQuery, Completion] | None:
        """Return the plan of a simple query and the function for its root field.

        None if the query is not simple, or its root field is not compiled yet. A document with
        conditions is not simple.
        """
        if not self._functions:
            return None
        if operation_name not in self._direct:
            self._direct[operation_name] = plan_query(schema, self._document, operation_name)
        plan = self._direct[operation_name]
        completion = plan and self._functions.get((id(plan.operation), plan.key))
        return (plan, completion) if plan and completion else None

    def direct_events(self, operation_name: str | None) -> tuple[str, Completion] | None:
        """Return the response key of a simple subscription and the function for its events.

        None as for `direct_query`.
        """
        if not self._functions:
            return None
        plan = plan_events(self._document, operation_name)
        completion = plan and self._functions.get((id(plan[0]), plan[1]))
        return (plan[1], completion) if plan and completion else None

    def completion(
        self, executor: Executor[Any], fields: FieldDetailsList, info: GraphQLResolveInfo[Any]
    ) -> Completion | None:
        """Return the function for a root field, or None if graphql-core must complete it."""
        if self._conditions is None:
            self._conditions = _find_conditions(self._document)
        if len(self._conditions) > MAX_CONDITIONS:
            return None
        coerced = executor.variable_values.coerced
        # The operation lives as long as the document, so its ID is not reused.
        operation = id(executor.operation)
        key = (operation, info.path.key, *[coerced.get(name) for name in self._conditions])
        if key in self._functions:
            return self._functions[key]
        if key not in self._uses and len(self._uses) >= MAX_FUNCTIONS:
            return None
        self._uses[key] += 1
        if self._uses[key] < self._compile_at:
            return None
        function: Completion | None
        try:
            function = compile_selection(executor, info.return_type, fields)
        except (NotCompilable, RecursionError):
            function = None
        self._functions[key] = function
        return function


def _find_conditions(document: DocumentNode) -> tuple[str, ...]:
    finder = _Conditions()
    visit(document, finder)
    return tuple(sorted(finder.names))


class _Conditions(Visitor):
    """Find the variables in arguments of directives; only conditions have any."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self._directives = 0

    def enter_directive(self, *_: Any) -> None:
        self._directives += 1

    def leave_directive(self, *_: Any) -> None:
        self._directives -= 1

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        if self._directives:
            self.names.add(node.name.value)
