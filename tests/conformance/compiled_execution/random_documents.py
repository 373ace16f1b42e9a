"""Random valid documents over the whole schema, with variables."""

from __future__ import annotations

from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

INTROSPECTION = (
    "__schema { queryType { name fields { name type { kind name ofType { name } } } } }",
    '__type(name: "Generation") { name kind fields(includeDeprecated: true) { name } }',
)


class RandomDocument:
    """One document.

    Args:
        racing: Whether a query may select several non-null root fields. If several of
            them fail, the time decides whose error nulls the response, and whether the
            errors of the others are reported.

    Attributes:
        text: The document: one operation, and its fragments.
        variables: The variables of a request with it.
    """

    def __init__(self, schema: GraphQLSchema, random: Random, *, racing: bool) -> None:
        self._random = random
        self._racing = racing
        self._fragments: list[str] = []
        self._declared: list[str] = []
        self._conditions: list[str] = []
        self._count = 0
        self.variables: dict[str, Any] = {}
        kind = random.choice(("query", "query", "mutation", "subscription"))
        root = {
            "query": schema.query_type,
            "mutation": schema.mutation_type,
            "subscription": schema.subscription_type,
        }[kind]
        assert root is not None
        selections = self._roots(root, kind)
        declared = f"({', '.join(self._declared)})" if self._declared else ""
        operation = f"{kind} Random{declared} {{ {selections} }}"
        self.text = " ".join([operation, *self._fragments])

    def _roots(self, root: GraphQLObjectType, kind: str) -> str:
        number = 1 if kind == "subscription" else self._random.choice((1, 1, 1, 2, 3))
        parts = []
        candidates = list(root.fields.items())
        if kind == "query" and number > 1 and not self._racing:
            candidates = [one for one in candidates if not isinstance(one[1].type, GraphQLNonNull)]
        for _ in range(number):
            name, field = self._random.choice(candidates)
            arguments = self._arguments(field.args)
            condition = "" if kind == "subscription" else self._condition()
            selection = self._selection(field.type, 0)
            parts.append(f"{self._fresh('root')}: {name}{arguments}{condition} {selection}")
        if kind == "query" and self._random.random() < 0.05:
            parts.append(self._random.choice(INTROSPECTION))
        if kind != "subscription" and self._random.random() < 0.1:
            parts.append("__typename")
        return " ".join(parts)

    def _selection(self, of: Any, depth: int) -> str:
        named = get_named_type(of)
        if not isinstance(named, GraphQLObjectType):
            return ""
        return f"{{ {self._fields(named, depth)} }}"

    def _fields(self, of: GraphQLObjectType, depth: int) -> str:
        names = list(of.fields)
        chosen = self._random.sample(names, self._random.randint(1, min(len(names), 8)))
        if self._random.random() < 0.2:
            chosen.append("__typename")
        if self._random.random() < 0.2:
            chosen.append(self._random.choice(chosen))
        return " ".join(self._field(of, name, depth) for name in chosen)

    def _field(self, of: GraphQLObjectType, name: str, depth: int) -> str:
        alias = f"{self._fresh('alias')}: " if self._random.random() < 0.15 else ""
        type_ = None if name == "__typename" else of.fields[name].type
        selection = "" if type_ is None else self._selection(type_, depth + 1)
        field = f"{alias}{name}{self._condition()} {selection}"
        if depth < 3 and self._random.random() < 0.08:
            return self._wrapped(of, field)
        return field

    def _wrapped(self, of: GraphQLObjectType, fields: str) -> str:
        if self._random.random() < 0.5:
            on = self._random.choice((f" on {of.name}", ""))
            return f"...{on}{self._condition()} {{ {fields} }}"
        name = self._fresh("Fragment")
        self._fragments.append(f"fragment {name} on {of.name} {{ {fields} }}")
        again = f" ...{name}" if self._random.random() < 0.2 else ""
        return f"...{name}{self._condition()}{again}"

    def _condition(self) -> str:
        if self._random.random() > 0.06:
            return ""
        directive = self._random.choice(("skip", "include"))
        if self._random.random() < 0.3:
            return f" @{directive}(if: {self._random.choice(('true', 'false'))})"
        if not self._conditions or self._random.random() < 0.4:
            name = self._fresh("condition")
            default = self._random.choice(("", " = true", " = false"))
            self._declared.append(f"${name}: Boolean!{default}")
            self._conditions.append(name)
            if not default or self._random.random() < 0.5:
                self.variables[name] = self._random.random() < 0.5
        else:
            name = self._random.choice(self._conditions)
        return f" @{directive}(if: ${name})"

    def _arguments(self, arguments: dict[str, GraphQLArgument]) -> str:
        given = []
        for name, argument in arguments.items():
            required = isinstance(argument.type, GraphQLNonNull)
            if not required and self._random.random() < 0.5:
                continue
            variable = self._fresh("variable")
            self._declared.append(f"${variable}: {argument.type}")
            # Sometimes missing or of another type, which is an error of the request.
            if self._random.random() < 0.97:
                self.variables[variable] = self._value(argument.type)
            given.append(f"{name}: ${variable}")
        return f"({', '.join(given)})" if given else ""

    def _value(self, of: GraphQLInputType) -> Any:
        if self._random.random() < 0.02:
            return self._random.choice((None, [], {}, "text", 5, 1.5, True))
        if isinstance(of, GraphQLNonNull):
            return self._value(of.of_type)
        if isinstance(of, GraphQLList):
            return [self._value(of.of_type) for _ in range(self._random.randint(0, 2))]
        if isinstance(of, GraphQLEnumType):
            return self._random.choice(list(of.values))
        if isinstance(of, GraphQLInputObjectType):
            return {
                name: self._value(field.type)
                for name, field in of.fields.items()
                if isinstance(field.type, GraphQLNonNull) or self._random.random() < 0.2
            }
        return {
            "Int": 3,
            "Float": 1.5,
            "Boolean": True,
            "AWSDateTime": "2026-11-23T08:30:00.000Z",
            "AWSJSON": "{}",
        }.get(getattr(of, "name", ""), "text")

    def _fresh(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"
