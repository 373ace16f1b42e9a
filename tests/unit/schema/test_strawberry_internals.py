"""Strawberry still has the private and undocumented parts that the schema uses.

When a release changes one of them, the test that names it fails. Adapt
`schema/strawberry_internals.py`, then raise the upper bound in `pyproject.toml`.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import tomllib
from collections.abc import Iterator, Mapping
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import pytest
import strawberry
from graphql import GraphQLEnumType, GraphQLError, GraphQLObjectType, GraphQLSchema, parse
from strawberry.extensions import SchemaExtension
from strawberry.permission import BasePermission
from strawberry.schema import schema as strawberry_schema_module
from strawberry.types.execution import ExecutionContext

from genai_studio.schema import strawberry_internals as internals

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "resolvers" / "genai_studio"
INTERNALS = SOURCES / "schema" / "strawberry_internals.py"

UNDOCUMENTED_MODULES = {"strawberry.http.websocket_origin", "strawberry.schema.exceptions"}
PRIVATE_ATTRIBUTES = {
    "_schema",
    "_provided_operation_name",
    "__strawberry_definition__",
    "parse_options",
    "graphql_document",
    "pre_execution_errors",
    "base_resolver",
    "wrapped_func",
    "wrapped_cls",
    "python_name",
}


@strawberry.type
class Query:
    @strawberry.field
    def answer(self) -> int:
        return 42


@strawberry.enum
class Color(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.type
class Paint:
    color: Color


def run(
    on_parse: Any = None, on_validate: Any = None, query: str = "{ answer }", **options: Any
) -> Any:
    """Execute a query with an extension that calls the given hooks."""

    class Hooks(SchemaExtension):
        def on_parse(self) -> Iterator[None]:
            if on_parse is not None:
                on_parse(self.execution_context)
            yield

        def on_validate(self) -> Iterator[None]:
            if on_validate is not None:
                on_validate(self.execution_context)
            yield

    return strawberry.Schema(query=Query, extensions=[Hooks]).execute_sync(query, **options)


def test_schema_has_its_graphql_core_schema() -> None:
    schema = internals.graphql_schema(strawberry.Schema(query=Query))

    assert isinstance(schema, GraphQLSchema)
    assert "Query" in schema.type_map


@pytest.mark.parametrize("name", [None, "A", "B"])
def test_context_has_requested_operation_name(name: str | None) -> None:
    seen: list[str | None] = []
    run(
        on_validate=lambda context: seen.append(internals.requested_operation_name(context)),
        query="query A { answer } query B { answer }",
        operation_name=name,
    )

    assert seen == [name]


def test_parser_limits_reach_the_parser() -> None:
    result = run(on_parse=lambda context: internals.set_parser_limits(context, {"max_tokens": 2}))

    (error,) = result.errors
    assert "2 tokens" in error.message


def test_set_document_replaces_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    document = parse("{ answer }")
    monkeypatch.setattr(strawberry_schema_module, "parse", None)
    result = run(on_parse=lambda context: internals.set_document(context, document))

    assert result.data == {"answer": 42}


def test_set_validation_errors_replaces_validation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strawberry_schema_module, "validate", None)
    failed = run(
        on_validate=lambda context: internals.set_validation_errors(context, [GraphQLError("No.")])
    )
    succeeded = run(on_validate=lambda context: internals.set_validation_errors(context, []))

    assert [error.message for error in failed.errors] == ["No."]
    assert succeeded.data == {"answer": 42}


def test_execution_context_has_the_fields_that_are_set() -> None:
    fields = {field.name for field in dataclasses.fields(ExecutionContext)}

    assert fields >= {"parse_options", "graphql_document", "pre_execution_errors"}


def test_describe_enum_values_reaches_the_schema() -> None:
    internals.describe_enum_values(Color, {Color.RED: "Like fire.", Color.BLUE: "Like the sea."})

    sdl = strawberry.Schema(query=Paint).as_str()
    assert '"""Like fire."""\n  RED' in sdl
    assert '"""Like the sea."""\n  BLUE' in sdl


def test_describe_enum_values_rejects_missing_description() -> None:
    class Shape(Enum):
        ROUND = "round"

    strawberry.enum(Shape)
    with pytest.raises(KeyError):
        internals.describe_enum_values(Shape, {})


def test_execution_raises_the_operation_type_errors() -> None:
    with pytest.raises(internals.InvalidOperationTypeError) as invalid:
        run(query="{ answer }", allowed_operation_types=set())
    assert invalid.value.operation_type.value == "query"
    with pytest.raises(internals.CannotGetOperationTypeError):
        run(query="query A { answer }", operation_name="B")


def test_fields_name_their_attribute_or_their_resolver() -> None:
    @strawberry.type
    class Parent:
        plain_field: int

        @strawberry.field
        def both(self, info: strawberry.Info) -> int:
            return 1

        @strawberry.field
        def neither() -> int:
            return 2

        @strawberry.field
        def from_parent(root: strawberry.Parent[Any]) -> int:  # noqa: N805
            return 3

    schema = internals.graphql_schema(strawberry.Schema(query=Parent))
    assert schema.query_type is not None
    fields = schema.query_type.fields

    assert internals.field_source(fields["plainField"]) == internals.FieldSource("plain_field")
    both = internals.field_source(fields["both"])
    assert both is not None
    assert both.resolver is not None
    assert (both.takes_self, both.info_parameter) == (True, "info")
    neither = internals.field_source(fields["neither"])
    assert neither is not None
    assert (neither.takes_self, neither.info_parameter) == (False, None)
    assert internals.field_source(fields["fromParent"]) is None
    assert internals.python_type(schema.query_type) is Parent


def test_fields_name_the_parameters_of_their_arguments() -> None:
    @strawberry.type
    class Parent:
        @strawberry.field
        def page(
            self, page_size: int, text: Annotated[str, strawberry.argument(name="matching")]
        ) -> int:
            return page_size

        @strawberry.field
        def wrapped(self, value: strawberry.Maybe[int] = None) -> int:
            return 1

    schema = internals.graphql_schema(strawberry.Schema(query=Parent))
    assert schema.query_type is not None

    def parameters(name: str) -> Mapping[str, str] | None:
        assert schema.query_type is not None
        source = internals.field_source(schema.query_type.fields[name])
        return None if source is None else source.parameters

    assert parameters("page") == {"pageSize": "page_size", "matching": "text"}
    assert parameters("wrapped") == {}


def test_fields_with_extensions_have_no_simple_source() -> None:
    class Nobody(BasePermission):
        message = "No."

        def has_permission(self, *_: Any, **__: Any) -> bool:
            return False

    @strawberry.type
    class Guarded:
        secret: int = strawberry.field(permission_classes=[Nobody])

    schema = internals.graphql_schema(strawberry.Schema(query=Guarded))
    assert schema.query_type is not None

    assert internals.field_source(schema.query_type.fields["secret"]) is None


def test_types_of_graphql_core_have_no_python_type() -> None:
    schema = internals.graphql_schema(strawberry.Schema(query=Query))
    introspection = schema.type_map["__Type"]

    assert isinstance(introspection, GraphQLObjectType)
    assert internals.python_type(introspection) is None
    assert internals.field_source(introspection.fields["name"]) is None


def test_enums_name_their_class() -> None:
    color = internals.graphql_schema(strawberry.Schema(query=Paint)).type_map["Color"]

    assert isinstance(color, GraphQLEnumType)
    assert internals.python_enum(color) is Color


def test_origins_are_compared_like_browsers_send_them() -> None:
    assert internals.normalize_origin("HTTPS://Example.com:443") == "https://example.com"
    assert internals.normalize_origin("null") is None
    assert internals.is_same_origin("http://studio:8000", "studio:8000")
    assert not internals.is_same_origin("http://elsewhere:8000", "studio:8000")


def test_every_exported_name_is_tested() -> None:
    text = Path(__file__).read_text(encoding="utf-8")

    assert [name for name in internals.__all__ if f"internals.{name}" not in text] == []


@pytest.mark.parametrize(
    "source", sorted(SOURCES.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCES))
)
def test_only_one_module_uses_private_parts(source: Path) -> None:
    if source == INTERNALS:
        return
    tree = ast.parse(source.read_text(encoding="utf-8"))
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert attributes & PRIVATE_ATTRIBUTES == set()
    assert modules & UNDOCUMENTED_MODULES == set()
    assert [one for one in modules if one and re.match(r"(strawberry|graphql)\b.*\._", one)] == []


def test_private_attributes_are_those_of_the_module() -> None:
    text = inspect.getsource(internals)

    assert {name for name in PRIVATE_ATTRIBUTES if f".{name}" not in text} == set()


def test_requirement_has_an_upper_bound_above_the_installed_release() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (requirement,) = [
        one for one in project["dependencies"] if one.startswith("strawberry-graphql")
    ]
    bound = re.search(r"<(\d+)\.(\d+)$", requirement)

    assert bound is not None
    major, minor = version("strawberry-graphql").split(".")[:2]
    assert (int(bound[1]), int(bound[2])) == (int(major), int(minor) + 1)
