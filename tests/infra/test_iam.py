"""Nobody may do more than somebody wrote down for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.infra.assembly import Assembly, as_list, statements

NO_RESOURCES = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "dynamodb:ListStreams",
}
"""AWS knows no resource for these actions and takes `*` alone (service authorization reference)."""

FUNCTIONS = ("appsync", "http", "publisher", "sweeper", "worker", "completion")


def allowing(assembly: Assembly) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of ours that allows something, with the resource it stands at."""
    for name, resource in assembly.resources("AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in resource["Properties"] or is_amplifys(name), name
        for statement in statements(resource["Properties"]):
            yield name, statement
    for name, resource in assembly.resources("AWS::IAM::Policy").items():
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
            if not is_amplifys(name):
                yield name, statement
    for kind in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"):
        for name, resource in assembly.resources(kind).items():
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                if statement["Effect"] == "Allow":
                    yield name, statement


def is_amplifys(name: str) -> bool:
    """Amplify's own link from a stack to its branch, in a build of Amplify's."""
    return name.startswith("AmplifyBranchLinker")


def test_no_statement_allows_every_action(either: Assembly) -> None:
    found = list(allowing(either))
    assert len(found) > 30
    assert [(name, one) for name, one in found if "*" in "".join(as_list(one["Action"]))] == []


def test_every_resource_is_meant_only_where_aws_knows_no_resource(either: Assembly) -> None:
    for name, statement in allowing(either):
        if "*" in as_list(statement.get("Resource", [])):
            assert set(as_list(statement["Action"])) <= NO_RESOURCES, name


def test_every_function_has_a_role_of_its_own(either: Assembly) -> None:
    roles = [
        function["Role"]["Fn::GetAtt"][0] for function in either.properties("AWS::Lambda::Function")
    ]
    assert len(roles) >= len(FUNCTIONS)
    assert sorted(set(roles)) == sorted(roles)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_lambda_takes_a_functions_role(name: str, either: Assembly) -> None:
    trusted = either.role_of(name)["AssumeRolePolicyDocument"]["Statement"]
    assert [one["Principal"] for one in trusted] == [{"Service": "lambda.amazonaws.com"}]


def test_who_is_not_signed_in_is_nobody(either: Assembly) -> None:
    pool = either.only("AWS::Cognito::IdentityPool")
    assert pool["AllowUnauthenticatedIdentities"] is False
    for name, role in either.resources("AWS::IAM::Role").items():
        if name.startswith("amplifyAuth"):
            assert statements(role["Properties"]) == []
