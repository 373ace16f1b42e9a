"""Rules for an SDL that works with AppSync and every other host.

Each rule yields one line per violation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from graphql import (
    DirectiveDefinitionNode,
    DocumentNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeNode,
)

Rule = Callable[[DocumentNode], Iterator[str]]

APPSYNC_SCALARS = {
    "AWSDate",
    "AWSTime",
    "AWSDateTime",
    "AWSTimestamp",
    "AWSEmail",
    "AWSJSON",
    "AWSURL",
    "AWSPhone",
    "AWSIPAddress",
}
SHARED_AUTH = {"aws_cognito_user_pools", "aws_iam"}
ROOTS = {"Query", "Mutation", "Subscription"}
PUBLISHER = "publishGeneration"


def only_appsync_scalars(sdl: DocumentNode) -> Iterator[str]:
    """AppSync supports no other custom scalars."""
    for node in sdl.definitions:
        if isinstance(node, ScalarTypeDefinitionNode) and node.name.value not in APPSYNC_SCALARS:
            yield f"scalar {node.name.value}"


def no_directive_definitions(sdl: DocumentNode) -> Iterator[str]:
    """AppSync rejects definitions of its built-in directives."""
    for node in sdl.definitions:
        if isinstance(node, DirectiveDefinitionNode):
            yield f"directive @{node.name.value}"


def no_arguments_on_nested_fields(sdl: DocumentNode) -> Iterator[str]:
    """Only root fields have direct Lambda resolvers."""
    for type_, field in _fields(sdl):
        if type_.name.value not in ROOTS and field.arguments:
            yield f"{type_.name.value}.{field.name.value}"


def no_interface_implements_another(sdl: DocumentNode) -> Iterator[str]:
    """AppSync implements the 2018 specification here."""
    for node in sdl.definitions:
        if isinstance(node, InterfaceTypeDefinitionNode) and node.interfaces:
            yield f"interface {node.name.value}"


def no_one_of(sdl: DocumentNode) -> Iterator[str]:
    """AppSync does not enforce `@oneOf`."""
    for node in sdl.definitions:
        if isinstance(node, InputObjectTypeDefinitionNode) and any(
            directive.name.value == "oneOf" for directive in node.directives or ()
        ):
            yield f"input {node.name.value}"


def no_default_values(sdl: DocumentNode) -> Iterator[str]:
    """AppSync ignores default values, so its results would differ."""
    for node in sdl.definitions:
        if isinstance(node, InputObjectTypeDefinitionNode):
            for value in node.fields or ():
                if value.default_value is not None:
                    yield f"{node.name.value}.{value.name.value}"
    for type_, field in _fields(sdl):
        for argument in field.arguments or ():
            # On subscription arguments, AppSync treats `= null` as a filter that
            # matches nothing.
            if argument.default_value is not None:
                yield f"{type_.name.value}.{field.name.value}({argument.name.value}:)"


def subscriptions_are_nullable(sdl: DocumentNode) -> Iterator[str]:
    """Subscribers receive null for fields that the mutation did not select."""
    for field in _root(sdl, "Subscription"):
        if isinstance(field.type, NonNullTypeNode):
            yield f"Subscription.{field.name.value}"


def subscriptions_use_the_publisher(sdl: DocumentNode) -> Iterator[str]:
    """Each subscription names an existing mutation of the same type."""
    mutations = {field.name.value: field for field in _root(sdl, "Mutation")}
    for field in _root(sdl, "Subscription"):
        fed = [
            value.value
            for directive in field.directives or ()
            if directive.name.value == "aws_subscribe"
            for argument in directive.arguments or ()
            for value in getattr(argument.value, "values", ())
        ]
        publisher = mutations.get(PUBLISHER)
        if fed != [PUBLISHER] or publisher is None or _name(publisher.type) != _name(field.type):
            yield f"Subscription.{field.name.value}"


def only_publisher_uses_iam(sdl: DocumentNode) -> Iterator[str]:
    """Only `publishGeneration` uses IAM; other root fields use the default (Cognito)."""
    for type_, field in _fields(sdl):
        if type_.name.value not in ROOTS:
            continue
        found = {directive.name.value for directive in field.directives or ()} & SHARED_AUTH
        expected = {"aws_iam"} if field.name.value == PUBLISHER else set()
        if found != expected:
            yield f"{type_.name.value}.{field.name.value}"


def published_types_have_both_directives(sdl: DocumentNode) -> Iterator[str]:
    """All types in the result of the publisher's mutation have both directives."""
    types = {
        node.name.value: node
        for node in sdl.definitions
        if isinstance(node, ObjectTypeDefinitionNode)
    }
    waiting = [_name(field.type) for field in _root(sdl, "Mutation") if _is_publisher(field)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in types:
            continue
        seen.add(name)
        found = {directive.name.value for directive in types[name].directives or ()}
        if not found >= SHARED_AUTH:
            yield f"type {name}"
        waiting.extend(_name(field.type) for field in types[name].fields or ())


def root_field_names_are_unique(sdl: DocumentNode) -> Iterator[str]:
    """Operations, their files and the hosts' handlers use these names."""
    seen: set[str] = set()
    for type_, field in _fields(sdl):
        if type_.name.value in ROOTS:
            if field.name.value in seen:
                yield field.name.value
            seen.add(field.name.value)


RULES: list[Rule] = [
    only_appsync_scalars,
    no_directive_definitions,
    no_arguments_on_nested_fields,
    no_interface_implements_another,
    no_one_of,
    no_default_values,
    subscriptions_are_nullable,
    subscriptions_use_the_publisher,
    only_publisher_uses_iam,
    published_types_have_both_directives,
    root_field_names_are_unique,
]


def _fields(
    sdl: DocumentNode,
) -> Iterator[tuple[ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, FieldDefinitionNode]]:
    for node in sdl.definitions:
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            for field in node.fields or ():
                yield node, field


def _root(sdl: DocumentNode, name: str) -> list[FieldDefinitionNode]:
    return [field for type_, field in _fields(sdl) if type_.name.value == name]


def _is_publisher(field: FieldDefinitionNode) -> bool:
    return field.name.value == PUBLISHER


def _name(type_: TypeNode) -> str:
    while isinstance(type_, NonNullTypeNode | ListTypeNode):
        type_ = type_.type
    assert isinstance(type_, NamedTypeNode)
    return type_.name.value
