"""Nobody may do more than somebody wrote down for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cfnlint
import pytest

from tests.infra.assembly import Assembly, as_list, statements

NO_RESOURCES = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "dynamodb:ListStreams",
}
"""Actions that are allowed on `*`."""

AWS: dict[str, dict[str, Any]] = json.loads(
    (Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json").read_text()
)
"""AWS's service authorization reference, as cfn-lint brings it: actions, and their resources."""

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


def test_for_what_is_allowed_on_every_resource_aws_knows_none() -> None:
    for action in NO_RESOURCES:
        assert "Resources" not in described(action), action


def test_every_action_is_one_that_aws_knows(either: Assembly) -> None:
    for _, statement in allowing(either):
        for action in as_list(statement["Action"]):
            assert described(action) is not None, action


def described(action: str) -> dict[str, Any]:
    service, _, name = action.lower().partition(":")
    found: dict[str, Any] = AWS[service]["Actions"][name]
    return found


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
