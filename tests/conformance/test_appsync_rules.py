"""The schema follows AppSync's rules, and every rule detects a violation."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import parse

from tests.conformance.appsync_rules import (
    RULES,
    Rule,
    no_arguments_on_nested_fields,
    no_default_values,
    no_directive_definitions,
    no_interface_implements_another,
    no_one_of,
    only_appsync_scalars,
    only_publisher_uses_iam,
    published_types_have_both_directives,
    root_field_names_are_unique,
    subscriptions_are_nullable,
    subscriptions_use_the_publisher,
)

SDL = (Path(__file__).parents[2] / "graphql" / "schema.graphql").read_text(encoding="utf-8")

GOOD = """
scalar AWSDateTime
scalar AWSJSON
interface Node { id: ID! }
type Inner @aws_cognito_user_pools @aws_iam { at: AWSDateTime! }
type Thing implements Node @aws_cognito_user_pools @aws_iam { id: ID! inner: [Inner!]! }
input Input { words: String! }
type Query { thing(id: ID!): Thing }
type Mutation {
  make(input: Input!): Thing!
  publishGeneration(generation: AWSJSON!): Thing @aws_iam
}
type Subscription { updated(id: ID): Thing @aws_subscribe(mutations: ["publishGeneration"]) }
"""

BAD: list[tuple[Rule, str, str, str]] = [
    (only_appsync_scalars, "scalar AWSJSON", "scalar AWSJSON scalar Date", "scalar Date"),
    (
        no_directive_definitions,
        "scalar AWSJSON",
        "scalar AWSJSON directive @aws_iam on OBJECT",
        "directive @aws_iam",
    ),
    (no_arguments_on_nested_fields, "at: AWS", "at(zone: String): AWS", "Inner.at"),
    (
        no_interface_implements_another,
        "interface Node {",
        "interface Entity { id: ID! } interface Node implements Entity {",
        "interface Node",
    ),
    (no_one_of, "input Input {", "input Input @oneOf {", "input Input"),
    (no_default_values, "words: String!", 'words: String! = "x"', "Input.words"),
    (no_default_values, "thing(id: ID!)", 'thing(id: ID! = "x")', "Query.thing(id:)"),
    (no_default_values, "updated(id: ID)", "updated(id: ID = null)", "Subscription.updated(id:)"),
    (
        subscriptions_are_nullable,
        "updated(id: ID): Thing",
        "updated(id: ID): Thing!",
        "Subscription.updated",
    ),
    (
        subscriptions_use_the_publisher,
        '["publishGeneration"]',
        '["make"]',
        "Subscription.updated",
    ),
    (
        subscriptions_use_the_publisher,
        '@aws_subscribe(mutations: ["publishGeneration"])',
        "",
        "Subscription.updated",
    ),
    (
        subscriptions_use_the_publisher,
        "updated(id: ID): Thing",
        "updated(id: ID): Inner",
        "Subscription.updated",
    ),
    (
        only_publisher_uses_iam,
        "Thing @aws_iam",
        "Thing @aws_iam @aws_cognito_user_pools",
        "Mutation.publishGeneration",
    ),
    (only_publisher_uses_iam, "Thing @aws_iam", "Thing", "Mutation.publishGeneration"),
    (
        only_publisher_uses_iam,
        "thing(id: ID!): Thing",
        "thing(id: ID!): Thing @aws_iam",
        "Query.thing",
    ),
    (
        published_types_have_both_directives,
        "type Inner @aws_cognito_user_pools @aws_iam",
        "type Inner @aws_iam",
        "type Inner",
    ),
    (
        published_types_have_both_directives,
        "type Thing implements Node @aws_cognito_user_pools @aws_iam",
        "type Thing implements Node",
        "type Thing",
    ),
    (root_field_names_are_unique, "make(", "thing(", "thing"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_schema_follows_rule(rule: Rule) -> None:
    assert list(rule(parse(SDL))) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_accepts_valid_schema(rule: Rule) -> None:
    assert list(rule(parse(GOOD))) == []


@pytest.mark.parametrize(("rule", "good", "bad", "found"), BAD)
def test_rule_rejects_violation(rule: Rule, good: str, bad: str, found: str) -> None:
    assert GOOD.count(good) == 1

    assert found in list(rule(parse(GOOD.replace(good, bad))))


def test_every_rule_has_a_violation_case() -> None:
    assert {rule for rule, *_ in BAD} == set(RULES)
