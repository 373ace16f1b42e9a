"""Queries with one root field, executed without graphql-core's executor.

For a small response, graphql-core spends more time on the variables, the arguments and
the `info` of the root field than the resolver on its work. Most requests of the page are
simple: one root field, whose arguments are variables of scalar types. For these a plan is
made once for each document, and it calls the resolver and the compiled function.

Whatever a plan does not expect ends it without a result: a variable of another type, an
exception, a null in a non-null field. The caller then executes the query with graphql-core,
which also reports the error. So a resolver may run twice; those of queries only read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    Undefined,
    VariableNode,
    get_nullable_type,
)
from graphql.pyutils import is_awaitable

from genai_studio.schema.compiled.nested_resolvers import FieldInfo, close, settle
from genai_studio.schema.compiled.selection_compiler import Completion
from genai_studio.schema.strawberry_internals import FieldSource, field_source

_MAX_INT = 2**31

_UNCHANGED: Mapping[object, Callable[[Any], bool]] = {
    GraphQLString: lambda value: type(value) is str,
    GraphQLID: lambda value: type(value) is str,
    GraphQLInt: lambda value: type(value) is int and -_MAX_INT <= value < _MAX_INT,
    GraphQLBoolean: lambda value: type(value) is bool,
}
"""Whether graphql-core's coercion of a variable returns the same value."""


@dataclass(frozen=True, slots=True)
class _Argument:
    """An argument of the root field whose value is a variable.

    Attributes:
        parameter: Name of the resolver's parameter.
        variable: Name of the variable.
        required: Whether the variable must have a value other than null.
        unchanged: Whether a value needs no coercion. None: every value does.
    """

    parameter: str
    variable: str
    required: bool
    unchanged: Callable[[Any], bool] | None


class NotSimple(Exception):
    """This request needs graphql-core."""


class DirectQuery:
    """The plan of one operation.

    Attributes:
        key: The response key of the root field.
        operation: The operation.
    """

    def __init__(
        self,
        operation: OperationDefinitionNode,
        key: str,
        source: FieldSource,
        resolver: Callable[..., Any],
        arguments: tuple[_Argument, ...],
    ) -> None:
        self.operation = operation
        self.key = key
        self._source = source
        self._resolver = resolver
        self._arguments = arguments

    async def execute(
        self, complete: Completion, variables: Mapping[str, Any], context: object, root: object
    ) -> dict[str, Any]:
        """Return the data of the response.

        Args:
            complete: Completes the value of the root field.

        Raises:
            Exception: graphql-core must execute the query.
        """
        source = self._source
        values = self._values(variables)
        if source.info_parameter is not None:
            values[source.info_parameter] = FieldInfo(context)
        value = self._resolver(*((root,) if source.takes_self else ()), **values)
        if is_awaitable(value):
            value = await value
        return {self.key: await complete_directly(complete, value, context)}

    def _values(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for argument in self._arguments:
            if argument.variable not in variables:
                if argument.required:
                    raise NotSimple
                continue
            value = variables[argument.variable]
            if value is None:
                if argument.required:
                    raise NotSimple
            elif argument.unchanged is None or not argument.unchanged(value):
                raise NotSimple
            values[argument.parameter] = value
        return values


async def complete_directly(complete: Completion, value: object, context: object) -> object:
    """Return the completed value of a root field.

    Raises:
        Exception: graphql-core must complete it.
    """
    info = FieldInfo(context)
    pending: list[Any] = []
    try:
        completed = complete(value, info, pending)
        if pending:
            await settle(pending, info)
    except Exception:
        close(pending)
        raise
    return completed


def plan_query(
    schema: GraphQLSchema, document: DocumentNode, operation_name: str | None
) -> DirectQuery | None:
    """Return the plan of a query of a valid document; None if it is not simple."""
    operation = _find_operation(document, operation_name)
    node = _only_field(operation)
    if operation.operation is not OperationType.QUERY or node is None:
        return None
    field = schema.query_type.fields.get(node.name.value) if schema.query_type else None
    source = field and field_source(field)
    if field is None or source is None or source.resolver is None:  # for example introspection
        return None
    try:
        arguments = _plan_arguments(field, source, node, operation)
    except NotSimple:
        return None
    return DirectQuery(operation, response_key(node), source, source.resolver, arguments)


def plan_events(
    document: DocumentNode, operation_name: str | None
) -> tuple[OperationDefinitionNode, str] | None:
    """Return a subscription and the response key of its events; None if it is not simple."""
    operation = _find_operation(document, operation_name)
    node = _only_field(operation)
    if operation.operation is not OperationType.SUBSCRIPTION or node is None:
        return None
    return operation, response_key(node)


def response_key(node: FieldNode) -> str:
    """Return the name of a field in the response."""
    return node.alias.value if node.alias else node.name.value


def _only_field(operation: OperationDefinitionNode) -> FieldNode | None:
    """Return the root field if there is one and no directive."""
    first, *others = operation.selection_set.selections
    if others or operation.directives or first.directives:
        return None
    return first if isinstance(first, FieldNode) else None


def _find_operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    return next(
        node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
        and (node.name.value if node.name else None) == name
    )


def _plan_arguments(
    field: GraphQLField, source: FieldSource, node: FieldNode, operation: OperationDefinitionNode
) -> tuple[_Argument, ...]:
    variables = {each.variable.name.value: each for each in operation.variable_definitions or ()}
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    arguments = []
    for name, argument in field.args.items():
        if argument.default is not None or argument.default_value is not Undefined:
            raise NotSimple
        if name not in source.parameters:
            raise NotSimple
        value = given.get(name)
        if value is None:
            continue  # nullable, since the document is valid
        if not isinstance(value, VariableNode):
            raise NotSimple
        variable = variables[value.name.value]
        if variable.default_value is not None or variable.directives:
            raise NotSimple
        required = isinstance(variable.type, NonNullTypeNode) or isinstance(
            argument.type, GraphQLNonNull
        )
        unchanged = _UNCHANGED.get(get_nullable_type(argument.type))
        arguments.append(_Argument(source.parameters[name], value.name.value, required, unchanged))
    return tuple(arguments)
