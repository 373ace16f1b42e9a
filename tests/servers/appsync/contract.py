"""Build the schema as AppSync sees it after deployment."""

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
"""Authorization mode of fields and types without a directive."""

_DESCRIPTION = re.compile(r'"""(?s:.*?)"""')
"""Descriptions are not deployed."""

_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}(:\d{2})?)"
)


class _DeploymentVisitor(Visitor):
    """Remove what AppSync rejects or ignores.

    AppSync rejects definitions of its built-in scalars. It accepts default values
    of arguments and ignores them.
    """

    def leave_scalar_type_definition(self, node: ScalarTypeDefinitionNode, *_: Any) -> Any:
        return self.REMOVE if node.name.value.startswith("AWS") else None

    def leave_input_value_definition(self, node: InputValueDefinitionNode, *_: Any) -> Any:
        if node.default_value is None:
            return None
        without = {name: getattr(node, name) for name in node.keys} | {"default_value": None}
        return InputValueDefinitionNode(loc=node.loc, **without)


def deployed_schema() -> GraphQLSchema:
    """Build the schema from the deployed SDL files."""
    prelude, exported = (_read(name) for name in ("appsync.prelude.graphql", "schema.graphql"))
    own_scalars = parse("scalar AWSDateTime scalar AWSJSON")
    schema = build_ast_schema(
        concat_ast([own_scalars, prelude, visit(exported, _DeploymentVisitor())])
    )
    _set_coercion(schema, "AWSDateTime", _date_time, _date_time)
    _set_coercion(schema, "AWSJSON", _parse_json, _serialize_json)
    return schema


def modes_of(parent: GraphQLObjectType, field: GraphQLField) -> frozenset[str]:
    """Return who may use a field, by the directives of the field, its type, or the API default."""
    for node in (field.ast_node, parent.ast_node):
        named = {one.name.value for one in node.directives or ()} & MODES if node else set()
        if named:
            return frozenset(named)
    return frozenset({DEFAULT_MODE})


def subscribed_mutations(schema: GraphQLSchema, field: GraphQLField) -> frozenset[str]:
    """Return the mutations that trigger a subscription field."""
    directive = schema.get_directive("aws_subscribe")
    assert directive is not None
    assert field.ast_node is not None
    given = get_directive_values(directive, field.ast_node) or {}
    return frozenset(given["mutations"])


def _read(name: str) -> DocumentNode:
    text = (GRAPHQL / name).read_text("utf-8")
    return parse(_DESCRIPTION.sub("", text))


def _set_coercion(schema: GraphQLSchema, name: str, parse_value: Any, serialize: Any) -> None:
    scalar = schema.type_map[name]
    assert isinstance(scalar, GraphQLScalarType)
    scalar.coerce_input_value = parse_value
    scalar.coerce_output_value = serialize


def _date_time(value: object) -> str:
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
        raise GraphQLError("Can't serialize value: not an AWSDateTime.")
    return value


def _parse_json(value: object) -> object:
    """Parse an AWSJSON argument, as AppSync does before it calls a resolver."""
    try:
        if isinstance(value, str):
            return json.loads(value)
    except ValueError:
        pass
    raise GraphQLError("Unable to parse the value as AWSJSON.")


def _serialize_json(value: object) -> object:
    return Undefined if value is Undefined else json.dumps(value)
