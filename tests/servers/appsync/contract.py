"""The schema as AppSync has it once it is deployed."""

from __future__ import annotations

import json
import re
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    InputValueDefinitionNode,
    ScalarTypeDefinitionNode,
    Undefined,
    Visitor,
    build_ast_schema,
    concat_ast,
    get_directive_values,
    parse,
    visit,
)

from tests.servers.processes.server import ROOT

GRAPHQL = ROOT / "graphql"

USER_POOL = "aws_cognito_user_pools"
IAM = "aws_iam"
MODES = frozenset({USER_POOL, IAM})
DEFAULT_MODE = USER_POOL
"""Of fields and types that bear no directive."""

_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}(:\d{2})?)"
)


class _Deployed(Visitor):
    """Leaves out what AppSync does not take or does not keep.

    Its own scalars it knows already; a default value is accepted and then
    ignored.
    """

    def leave_scalar_type_definition(self, node: ScalarTypeDefinitionNode, *_: Any) -> Any:
        return self.REMOVE if node.name.value.startswith("AWS") else None

    def leave_input_value_definition(self, node: InputValueDefinitionNode, *_: Any) -> Any:
        if node.default_value is None:
            return None
        without = {name: getattr(node, name) for name in node.keys} | {"default_value": None}
        return InputValueDefinitionNode(loc=node.loc, **without)


def deployed_schema() -> GraphQLSchema:
    """Built from the files that are deployed."""
    prelude, ours = (_read(name) for name in ("appsync.prelude.graphql", "schema.graphql"))
    own_scalars = parse("scalar AWSDateTime scalar AWSJSON")
    schema = build_ast_schema(concat_ast([own_scalars, prelude, visit(ours, _Deployed())]))
    _behave(schema, "AWSDateTime", _date_time, _date_time)
    _behave(schema, "AWSJSON", _parsed_json, _printed_json)
    return schema


def modes_of(parent: GraphQLObjectType, field: GraphQLField) -> frozenset[str]:
    """Whom AppSync lets use a field: as the field says, else its type, else the API's default."""
    for node in (field.ast_node, parent.ast_node):
        named = {one.name.value for one in node.directives or ()} & MODES if node else set()
        if named:
            return frozenset(named)
    return frozenset({DEFAULT_MODE})


def feeds(schema: GraphQLSchema, field: GraphQLField) -> frozenset[str]:
    """The mutations that feed a subscription."""
    directive = schema.get_directive("aws_subscribe")
    assert directive is not None
    assert field.ast_node is not None
    given = get_directive_values(directive, field.ast_node) or {}
    return frozenset(given["mutations"])


def _read(name: str) -> DocumentNode:
    return parse((GRAPHQL / name).read_text("utf-8"))


def _behave(schema: GraphQLSchema, name: str, take: Any, give: Any) -> None:
    scalar = schema.type_map[name]
    assert isinstance(scalar, GraphQLScalarType)
    scalar.coerce_input_value = take
    scalar.coerce_output_value = give


def _date_time(value: object) -> str:
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
        raise GraphQLError("Can't serialize value : it is no AWSDateTime.")
    return value


def _parsed_json(value: object) -> object:
    """A resolver finds an AWSJSON argument parsed."""
    try:
        if isinstance(value, str):
            return json.loads(value)
    except ValueError:
        pass
    raise GraphQLError("Unable to parse the value as AWSJSON.")


def _printed_json(value: object) -> object:
    return Undefined if value is Undefined else json.dumps(value)
