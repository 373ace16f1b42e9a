"""The roles may do what the commands do, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from studio_endpoint.carry_out import deploy, remove
from studio_endpoint.deployment import Mode
from studio_endpoint.errors import InvalidChoice
from studio_endpoint.invoke import trial, trial_calls
from studio_endpoint.plan import deploy_plan
from studio_endpoint.policy import (
    POLICIES,
    execution_policy,
    notebook_policy,
    operator_policy,
    partition_of,
    trust_policy,
)
from studio_endpoint.removal import removal_plan
from studio_endpoint.status import endpoint_status
from tests.infra.sagemaker.control_plane import ACCOUNT, REGION, ControlPlane
from tests.infra.sagemaker.deployments import BUCKET, NAME, Impatient, a_deployment

VALUES = {
    "ACCOUNT": ACCOUNT,
    "REGION": REGION,
    "PARTITION": "aws",
    "ENDPOINT": NAME,
    "ROLE": "genai-studio-endpoint",
    "TOPICS": "genai-studio-*",
    "IMAGE_ACCOUNT": ACCOUNT,
    "IMAGE_REPOSITORY": "genai-studio-inference",
    "ARCHIVE_BUCKET": "our-models",
    "ARCHIVE_KEY": "sd21/model.tar.gz",
    "BUCKET": BUCKET,
}
SERVICES = {
    "application-autoscaling": {"ScalableTarget", "ScalingPolicy"},
    "cloudwatch": {"Alarm"},
}
NOT_CALLS = {
    "sagemaker:AddTags": "tags given while something is made",
    "cloudwatch:TagResource": "tags given while the alarm is made",
    "iam:PassRole": "the execution role is handed over in create_model",
    "iam:CreateServiceLinkedRole": "autoscaling makes its own role in an account's first use",
    "s3:GetObject": "the answer of an async endpoint is fetched",
    "s3:ListBucket": "without it, S3 tells that an answer is missing by refusing access",
}
EVERYWHERE = {
    "ecr:GetAuthorizationToken": "a registry's sign-in belongs to no repository",
    "cloudwatch:PutMetricData": "metrics are no resources; held to SageMaker's namespaces",
    "sagemaker:ListInferenceComponents": "listing takes no resource",
    "sagemaker:ListApps": "as above",
    "sagemaker:ListDomains": "as above",
    "sagemaker:ListSpaces": "as above",
    "sagemaker:ListUserProfiles": "as above",
}


def statements() -> list[dict[str, Any]]:
    made = [
        trust_policy(VALUES),
        notebook_policy(VALUES),
        *(execution_policy(VALUES, mode=mode, archive=True) for mode in Mode),
        *(operator_policy(VALUES, mode=mode, jumpstart=True) for mode in Mode),
    ]
    return [statement for document in made for statement in document["Statement"]]


def actions(document: dict[str, Any]) -> set[str]:
    return {action for statement in document["Statement"] for action in listed(statement["Action"])}


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def action_of(operation: str) -> str:
    service = next(
        (name for name, nouns in SERVICES.items() if any(noun in operation for noun in nouns)),
        "sagemaker",
    )
    return f"{service}:{operation}"


def operations(mode: Mode) -> Iterable[str]:
    """All that the commands ask of the control plane in an endpoint's life."""
    plane = ControlPlane()
    deploy(deploy_plan(a_deployment(mode)), Impatient().waiting(plane))
    endpoint_status(NAME, plane.clients)
    remove(removal_plan(NAME, plane.clients), Impatient().waiting(plane))
    rolled_back = {
        step.undo.operation.title().replace("_", "")
        for step in deploy_plan(a_deployment(mode))
        if step.undo is not None
    }
    return {*plane.operations, *rolled_back}


def test_an_operators_policy_is_sufficient_and_no_more() -> None:
    called = {action_of(operation) for mode in Mode for operation in operations(mode)}
    for mode in Mode:
        asked = trial(NAME, mode, "stable-diffusion-2-1-base", "x", seed=1, bucket=BUCKET)
        called |= {
            f"{call.service.removesuffix('-runtime')}:{call.operation.title().replace('_', '')}"
            for call in trial_calls(asked, "trial.json")
        }
    granted = actions(operator_policy(VALUES, mode=Mode.ASYNC))
    assert granted == called | set(NOT_CALLS)


def test_no_action_is_a_wildcard() -> None:
    assert [one for one in statements() for act in listed(one["Action"]) if "*" in act] == []


def test_any_resource_is_meant_only_where_aws_knows_none_other() -> None:
    everywhere = {
        action
        for statement in statements()
        if "*" in listed(statement.get("Resource", "none"))
        for action in listed(statement["Action"])
    }
    assert everywhere == set(EVERYWHERE)


def test_metrics_are_held_to_sagemakers_namespaces() -> None:
    (metrics,) = (
        statement
        for statement in execution_policy(VALUES, mode=Mode.REAL_TIME)["Statement"]
        if "cloudwatch:PutMetricData" in statement["Action"]
    )
    assert all(
        name.lower().lstrip("/").startswith("aws/sagemaker")
        for name in metrics["Condition"]["StringEquals"]["cloudwatch:namespace"]
    )


def test_sagemaker_takes_the_role_on_for_this_account_alone() -> None:
    (statement,) = trust_policy(VALUES)["Statement"]
    assert statement["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}


def test_a_container_writes_its_own_log_and_reads_its_own_model() -> None:
    document = execution_policy(VALUES, mode=Mode.REAL_TIME, archive=True)
    resources = [
        resource
        for statement in document["Statement"]
        for resource in listed(statement["Resource"])
    ]
    assert "arn:aws:s3:::our-models/sd21/model.tar.gz" in resources
    logs = [resource for resource in resources if ":logs:" in resource]
    assert all(NAME in resource for resource in logs)
    assert "s3:PutObject" not in actions(document)


def test_only_an_async_container_writes_and_only_where_it_is_asked() -> None:
    document = execution_policy(VALUES, mode=Mode.ASYNC)
    (writing,) = (one for one in document["Statement"] if "s3:PutObject" in one["Action"])
    assert writing["Resource"] == f"arn:aws:s3:::{BUCKET}/async/*"


def test_a_package_of_the_marketplace_needs_no_registry() -> None:
    document = execution_policy(VALUES, mode=Mode.REAL_TIME, package=True)
    assert not any(action.startswith("ecr:") for action in actions(document))


def test_a_placeholder_that_nothing_fills_is_asked_for_by_its_option() -> None:
    without = {name: value for name, value in VALUES.items() if name != "BUCKET"}
    with pytest.raises(InvalidChoice, match="--bucket"):
        execution_policy(without, mode=Mode.ASYNC)


def test_every_document_is_used() -> None:
    used = {"trust", "execution", "execution-image", "execution-archive", "execution-async"}
    used |= {"notebook", "operator", "operator-jumpstart", "operator-async"}
    assert {path.stem for path in POLICIES.glob("*.json")} == used


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_each_part_of_the_world_has_its_own_name(region: str, partition: str) -> None:
    assert partition_of(region) == partition
