"""Tests that IAM policies name their actions and resources."""

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
"""Actions without resource-level permissions, which may be allowed on `*`."""

AWS: dict[str, dict[str, Any]] = json.loads(
    (Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json").read_text()
)
"""AWS's service authorization reference in cfn-lint: actions and their resource types."""

FUNCTIONS = ("appsync", "http", "publisher", "sweeper", "worker", "completion", "verifier")


def allow_statements(assembly: Assembly) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every allowing statement of the project, with the logical ID of its resource."""
    for name, resource in assembly.resources("AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in resource["Properties"] or belongs_to_amplify(name), name
        for statement in statements(resource["Properties"]):
            yield name, statement
    for name, resource in assembly.resources("AWS::IAM::Policy").items():
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
            if not belongs_to_amplify(name):
                yield name, statement
    for kind in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"):
        for name, resource in assembly.resources(kind).items():
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                if statement["Effect"] == "Allow":
                    yield name, statement


def belongs_to_amplify(name: str) -> bool:
    """Return whether a resource is part of the construct that Amplify Hosting builds add."""
    return name.startswith("AmplifyBranchLinker")


def test_no_action_contains_a_wildcard(either: Assembly) -> None:
    found = list(allow_statements(either))
    assert len(found) > 30
    for name, statement in found:
        assert "*" not in "".join(as_list(statement["Action"])), name


def test_wildcard_resources_are_limited_to_actions_without_resources(either: Assembly) -> None:
    for name, statement in allow_statements(either):
        if "*" in as_list(statement.get("Resource", [])):
            assert set(as_list(statement["Action"])) <= NO_RESOURCES, name


def test_actions_allowed_on_every_resource_have_no_resource_types() -> None:
    for action in NO_RESOURCES:
        assert "Resources" not in reference(action), action


def test_every_action_exists(either: Assembly) -> None:
    for _, statement in allow_statements(either):
        for action in as_list(statement["Action"]):
            assert reference(action) is not None, action


def reference(action: str) -> dict[str, Any]:
    service, _, name = action.lower().partition(":")
    found: dict[str, Any] = AWS[service]["Actions"][name]
    return found


def test_functions_do_not_share_roles(either: Assembly) -> None:
    roles = [
        function["Role"]["Fn::GetAtt"][0] for function in either.properties("AWS::Lambda::Function")
    ]
    assert len(roles) >= len(FUNCTIONS)
    assert sorted(set(roles)) == sorted(roles)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_lambda_may_assume_a_function_role(name: str, either: Assembly) -> None:
    trust = either.role_of(name)["AssumeRolePolicyDocument"]["Statement"]
    principals = [statement["Principal"] for statement in trust]
    assert principals == [{"Service": "lambda.amazonaws.com"}]


def test_users_get_no_aws_credentials(either: Assembly) -> None:
    assert either.resources("AWS::Cognito::IdentityPool") == {}
    assert either.resources("AWS::Cognito::IdentityPoolRoleAttachment") == {}
    for name, role in either.resources("AWS::IAM::Role").items():
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]:
            assert statement["Action"] == "sts:AssumeRole", name
