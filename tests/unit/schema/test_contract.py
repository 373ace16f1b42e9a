"""The files in `graphql/` match the schema and are documented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    OperationDefinitionNode,
    build_schema,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
    parse,
    validate,
)
from graphql.language import Visitor, visit

from genai_studio.schema.export import export, exported_schema
from genai_studio.schema.limits.document_limits import document_limit_errors

CONTRACT = Path(__file__).parents[3] / "graphql"
OPERATIONS = sorted((CONTRACT / "operations").glob("*.graphql"))
WHOLE = build_schema(
    (CONTRACT / "appsync.prelude.graphql").read_text(encoding="utf-8")
    + (CONTRACT / "schema.graphql").read_text(encoding="utf-8")
)


def test_committed_schema_is_current() -> None:
    committed = (CONTRACT / "schema.graphql").read_text(encoding="utf-8")
    assert committed == exported_schema(), "Run “make schema”."


def test_export_uses_lf_line_endings(tmp_path: Path) -> None:
    export(tmp_path / "schema.graphql")

    written = (tmp_path / "schema.graphql").read_bytes()
    assert written == exported_schema().encode()
    assert b"\r" not in written


def own_types() -> list[GraphQLNamedType]:
    return [
        one
        for one in WHOLE.type_map.values()
        if not is_introspection_type(one) and not is_specified_scalar_type(one)
    ]


def descriptions() -> Iterator[tuple[str, str | None]]:
    """Yield every schema element and its description by schema coordinate."""
    for one in own_types():
        yield one.name, one.description
        if isinstance(one, GraphQLEnumType):
            for value, definition in one.values.items():
                yield f"{one.name}.{value}", definition.description
        if isinstance(one, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in one.fields.items():
                yield f"{one.name}.{name}", field.description
                for argument, definition in getattr(field, "args", {}).items():
                    yield f"{one.name}.{name}({argument}:)", definition.description


@pytest.mark.parametrize(("coordinate", "description"), [*descriptions()])
def test_every_element_has_a_description(coordinate: str, description: str | None) -> None:
    assert description, coordinate
    assert description[0].isupper() or description[0].isdigit(), coordinate
    assert description.endswith("."), coordinate


@pytest.fixture(params=OPERATIONS, ids=lambda path: path.stem)
def operation_file(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def parse_operation(path: Path) -> tuple[DocumentNode, OperationDefinitionNode]:
    document = parse(path.read_text(encoding="utf-8"))
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    return document, operation


def test_operation_file_has_one_valid_operation_of_its_name(operation_file: Path) -> None:
    document, operation = parse_operation(operation_file)

    assert validate(WHOLE, document) == []
    assert operation.name is not None
    name = operation.name.value
    assert name[0].lower() + name[1:] == operation_file.stem


def test_operation_file_starts_with_a_comment(operation_file: Path) -> None:
    assert operation_file.read_text(encoding="utf-8").startswith("# ")


def test_operation_has_no_fragments_or_aliases(operation_file: Path) -> None:
    # AppSync hands fragments to resolvers without their definitions.
    document, _ = parse_operation(operation_file)
    found: list[str] = []

    class Find(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
            found.append(node.name.value)

        def enter_field(self, node: FieldNode, *_: object) -> None:
            if node.alias is not None:
                found.append(node.alias.value)

    visit(document, Find())
    assert found == []


def test_operation_is_within_the_limits(operation_file: Path) -> None:
    document, _ = parse_operation(operation_file)

    assert document_limit_errors(document) == []


def test_every_client_field_has_an_operation() -> None:
    roots = (WHOLE.query_type, WHOLE.mutation_type, WHOLE.subscription_type)
    actions = {name for root in roots if root is not None for name in root.fields}
    used = {
        node.name.value
        for path in OPERATIONS
        for node in parse_operation(path)[1].selection_set.selections
        if isinstance(node, FieldNode)
    }

    assert used == actions - {"publishGeneration"}


def test_operations_select_the_same_generation_fields() -> None:
    # A cache holds one record for each generation: what one operation leaves
    # out would be missing where another shows it.
    asked: dict[str, set[str]] = {}

    def collect(name: str, fields: dict[str, FieldNode], type_: object) -> None:
        if isinstance(type_, GraphQLObjectType) and type_.name == "Generation":
            asked[name] = set(fields)
        for field in fields.values():
            if field.selection_set and isinstance(type_, GraphQLObjectType):
                below = {
                    node.name.value: node
                    for node in field.selection_set.selections
                    if isinstance(node, FieldNode)
                }
                named = get_named_type(type_.fields[field.name.value].type)
                collect(name, below, named)

    for path in OPERATIONS:
        _, operation = parse_operation(path)
        root = WHOLE.get_root_type(operation.operation)
        selections = operation.selection_set.selections
        fields = {node.name.value: node for node in selections if isinstance(node, FieldNode)}
        collect(path.stem, fields, root)

    asked.pop("generationTimeline")
    assert len({frozenset(fields) for fields in asked.values()}) == 1
    generation = WHOLE.type_map["Generation"]
    assert isinstance(generation, GraphQLObjectType)
    assert set(generation.fields) - next(iter(asked.values())) == {"timeline"}
