"""Generate the Python function that completes the value of one root field.

The generated source contains nothing that a client sent. Response keys and all
objects enter through the namespace, as constants with generated names; attribute
names come from the schema.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CoroutineType
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList, collect_subfields

from genai_studio.schema.compiled.leaf_values import (
    EXACT_CHECKS,
    NAMESPACE,
    NeedsGraphQLCore,
    enum_names,
    scalar_converter,
)
from genai_studio.schema.scalars import serialize_datetime
from genai_studio.schema.strawberry_internals import field_source, python_type

Completion = Callable[[Any, Any, list[Any]], Any]
"""`complete(value, info, pending)` returns the completed value.

`info` has the attribute `context`. Coroutines of resolvers are appended to `pending` as
`[object, response key, coroutine, completion]`.
"""


class NotCompilable(Exception):
    """The selection uses a feature that only graphql-core executes."""


def compile_selection(
    executor: Executor[Any], return_type: GraphQLOutputType, fields: FieldDetailsList
) -> Completion:
    """Compile the completion of a value of `return_type`.

    Args:
        executor: Supplies the schema, the fragments and the variables. The result holds
            for all requests in which `@skip` and `@include` have the same values.
        fields: The field nodes whose sub-selections are merged.

    Raises:
        NotCompilable: graphql-core must complete such values.
    """
    compiler = _Compiler(executor)
    name = compiler.completion(return_type, fields)
    exec(compile(compiler.source(), "<compiled selection>", "exec"), compiler.namespace)  # noqa: S102 - see the module's docstring
    completion: Completion = compiler.namespace[name]
    return completion


class _Compiler:
    def __init__(self, executor: Executor[Any]) -> None:
        self._executor = executor
        self._functions: list[str] = []
        self._count = 0
        self.namespace: dict[str, Any] = {
            "NeedsGraphQLCore": NeedsGraphQLCore,
            "CoroutineType": CoroutineType,
            **NAMESPACE,
        }

    def source(self) -> str:
        return "\n".join(self._functions)

    def completion(self, of: GraphQLOutputType, fields: FieldDetailsList) -> str:
        """Generate a function for any output type, and return its name."""
        name = self._fresh("complete")
        body = self._complete("value", of, fields)
        self._function(name, "value", [*body, "return value"])
        return name

    def _complete(
        self, variable: str, of: GraphQLOutputType, fields: FieldDetailsList
    ) -> list[str]:
        """Return statements that replace a raw value by the completed value."""
        if not isinstance(of, GraphQLNonNull):
            return _block(f"if {variable} is not None:", self._present(variable, of, fields))
        return self._present(variable, of.of_type, fields)

    def _present(self, variable: str, of: GraphQLOutputType, fields: FieldDetailsList) -> list[str]:
        """Complete a value that is not null. Every branch rejects None."""
        if isinstance(of, GraphQLScalarType):
            convert = f"{self._constant('convert', scalar_converter(of))}({variable})"
            if of.coerce_output_value is serialize_datetime:
                fast = f"serialize_datetime({variable}) if type({variable}) is datetime"
                return [f"{variable} = {fast} else {convert}"]
            check = EXACT_CHECKS.get(of)
            if check is None:
                return [f"{variable} = {convert}"]
            return [f"if not ({check.format(variable)}): {variable} = {convert}"]
        if isinstance(of, GraphQLEnumType):
            python_class, names = enum_names(of)
            return [
                *self._demand(variable, python_class),
                f"{variable} = {self._constant('names', names)}[{variable}]",
            ]
        if isinstance(of, GraphQLList):
            item = self.completion(of.of_type, fields)
            return [
                *self._demand(variable, list),
                f"{variable} = [{item}(item, info, pending) for item in {variable}]",
            ]
        if isinstance(of, GraphQLObjectType) and of.is_type_of is None:
            return [f"{variable} = {self._object(of, fields)}({variable}, info, pending)"]
        raise NotCompilable

    def _object(self, of: GraphQLObjectType, fields: FieldDetailsList) -> str:
        """Generate a function for a selection of an object type, and return its name."""
        python_class = python_type(of)
        if python_class is None:  # an introspection type
            raise NotCompilable
        executor = self._executor
        collected = collect_subfields(
            executor.schema,
            executor.fragments,
            executor.variable_values,
            executor.operation,
            of,
            fields,
        )
        if collected.new_defer_usages:
            raise NotCompilable
        body = self._demand("source", python_class)
        entries: list[str] = []
        targets: list[str] = []
        for response_key, details in collected.grouped_field_set.items():
            key = self._constant("key", response_key)
            variable = self._fresh("value")
            statements, target = self._field(variable, of, details, key)
            body += statements
            targets += target
            entries.append(f"{key}: {variable}")
        body.append(f"result = {{{', '.join(entries)}}}")
        name = self._fresh("object")
        self._function(name, "source", [*body, *targets, "return result"])
        return name

    def _field(
        self, variable: str, of: GraphQLObjectType, details: FieldDetailsList, key: str
    ) -> tuple[list[str], list[str]]:
        """Return the statements of one field, and those that follow the creation of the object."""
        node = details[0].node
        if node.name.value == "__typename":
            return [f"{variable} = {self._constant('typename', of.name)}"], []
        field = of.fields.get(node.name.value)
        if field is None or field.args or details[0].fragment_variable_values is not None:
            raise NotCompilable
        source = field_source(field)
        if source is None:
            raise NotCompilable
        if source.resolver is None:
            read = f"{variable} = source.{_checked(source.attribute)}"
            return [read, *self._complete(variable, field.type, details)], []
        arguments = [*["source"] * source.takes_self]
        if source.info_parameter is not None:
            arguments.append(f"{_checked(source.info_parameter)}=info")
        call = f"{self._constant('resolver', source.resolver)}({', '.join(arguments)})"
        complete = self.completion(field.type, details)
        entry = self._fresh("entry")
        # Registered at once, so that it can be closed if a later field raises. The dict
        # gets the coroutine as a placeholder, which keeps the order of the keys.
        statements = [
            f"{variable} = {call}",
            f"{entry} = None",
            *_block(
                f"if type({variable}) is CoroutineType:",
                [
                    f"{entry} = [None, {key}, {variable}, {complete}]",
                    f"pending.append({entry})",
                ],
            ),
            f"else: {variable} = {complete}({variable}, info, pending)",
        ]
        return statements, [f"if {entry} is not None: {entry}[0] = result"]

    def _demand(self, variable: str, python_class: type) -> list[str]:
        name = self._constant("type", python_class)
        return [f"if type({variable}) is not {name}: raise NeedsGraphQLCore"]

    def _constant(self, kind: str, value: object) -> str:
        name = self._fresh(kind)
        self.namespace[name] = value
        return name

    def _fresh(self, kind: str) -> str:
        self._count += 1
        return f"{kind}_{self._count}"

    def _function(self, name: str, parameter: str, body: list[str]) -> None:
        self._functions += _block(f"def {name}({parameter}, info, pending):", body)


def _block(head: str, body: list[str]) -> list[str]:
    return [head, *(f"    {line}" for line in body)]


def _checked(name: str) -> str:
    if not name.isidentifier():
        raise NotCompilable
    return name
