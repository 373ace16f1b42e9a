"""IAM policies grant exactly the permissions that the commands need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from studio_endpoint.errors import InvalidOption
from studio_endpoint.iam.policy_documents import (
    TEMPLATES,
    execution_policy,
    notebook_policy,
    operator_policy,
    partition_of,
    trust_policy,
)
from studio_endpoint.invocation import invocation_calls, sample_request
from studio_endpoint.plan.deploy_plan import deploy_plan
from studio_endpoint.plan.execution import deploy, remove
from studio_endpoint.plan.removal_plan import removal_plan
from studio_endpoint.specification.deployment import Mode
from studio_endpoint.status import endpoint_status
from tests.infra.sagemaker.control_plane import ACCOUNT, REGION, ControlPlane
from tests.infra.sagemaker.deployments import BUCKET, NAME, FakeClock, make_deployment

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
WITHOUT_OWN_CALL = {
    "sagemaker:AddTags": "tags are set when a resource is created",
    "cloudwatch:TagResource": "tags are set when the alarm is created",
    "sagemaker:UpdateEndpointWeightsAndCapacities": "autoscaling requires it of its caller",
    "sagemaker:UpdateInferenceComponentRuntimeConfig": "autoscaling requires it of its caller",
    "iam:PassRole": "create_model passes the execution role",
    "iam:CreateServiceLinkedRole": "autoscaling creates its role on an account's first use",
    "s3:GetObject": "reads the result of an async endpoint",
    "s3:ListBucket": "without it, S3 reports a missing result as denied access",
}
ANY_RESOURCE = {
    "ecr:GetAuthorizationToken": "authentication belongs to no repository",
    "cloudwatch:PutMetricData": "metrics have no ARN; restricted to SageMaker's namespaces",
    "sagemaker:ListInferenceComponents": "list operations have no resource",
    "sagemaker:ListApps": "list operations have no resource",
    "sagemaker:ListDomains": "list operations have no resource",
    "sagemaker:ListSpaces": "list operations have no resource",
    "sagemaker:ListUserProfiles": "list operations have no resource",
}


def statements() -> list[dict[str, Any]]:
    documents = [
        trust_policy(VALUES),
        notebook_policy(VALUES),
        *(execution_policy(VALUES, mode=mode, archive=True) for mode in Mode),
        *(operator_policy(VALUES, mode=mode, jumpstart=True) for mode in Mode),
    ]
    return [statement for document in documents for statement in document["Statement"]]


def actions(document: dict[str, Any]) -> set[str]:
    return {
        action for statement in document["Statement"] for action in as_list(statement["Action"])
    }


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def action_of(operation: str) -> str:
    service = next(
        (name for name, nouns in SERVICES.items() if any(noun in operation for noun in nouns)),
        "sagemaker",
    )
    return f"{service}:{operation}"


def operations(mode: Mode) -> Iterable[str]:
    """Return every control plane operation in the life cycle of an endpoint."""
    plane = ControlPlane()
    deploy(deploy_plan(make_deployment(mode)), FakeClock().waiter(plane))
    endpoint_status(NAME, plane.clients)
    remove(removal_plan(NAME, plane.clients), FakeClock().waiter(plane))
    rollback = {
        step.undo.operation.title().replace("_", "")
        for step in deploy_plan(make_deployment(mode))
        if step.undo is not None
    }
    return {*plane.operations, *rollback}


def test_the_operator_policy_grants_exactly_the_calls() -> None:
    called = {action_of(operation) for mode in Mode for operation in operations(mode)}
    for mode in Mode:
        sample = sample_request(NAME, mode, "stable-diffusion-2-1-base", "x", seed=1, bucket=BUCKET)
        called |= {
            f"{call.service.removesuffix('-runtime')}:{call.operation.title().replace('_', '')}"
            for call in invocation_calls(sample, "trial.json")
        }
    granted = actions(operator_policy(VALUES, mode=Mode.ASYNC))
    assert granted == called | set(WITHOUT_OWN_CALL)


def test_no_action_is_a_wildcard() -> None:
    assert [one for one in statements() for act in as_list(one["Action"]) if "*" in act] == []


def test_any_resource_is_used_only_if_aws_supports_no_other() -> None:
    any_resource = {
        action
        for statement in statements()
        if "*" in as_list(statement.get("Resource", "none"))
        for action in as_list(statement["Action"])
    }
    assert any_resource == set(ANY_RESOURCE)


def test_metrics_are_restricted_to_sagemaker_namespaces() -> None:
    (metrics,) = (
        statement
        for statement in execution_policy(VALUES, mode=Mode.REAL_TIME)["Statement"]
        if "cloudwatch:PutMetricData" in statement["Action"]
    )
    assert all(
        name.lower().lstrip("/").startswith("aws/sagemaker")
        for name in metrics["Condition"]["StringEquals"]["cloudwatch:namespace"]
    )


def test_sagemaker_assumes_the_role_only_for_this_account() -> None:
    (statement,) = trust_policy(VALUES)["Statement"]
    assert statement["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}


def test_a_container_accesses_only_its_own_logs_and_model() -> None:
    document = execution_policy(VALUES, mode=Mode.REAL_TIME, archive=True)
    resources = [
        resource
        for statement in document["Statement"]
        for resource in as_list(statement["Resource"])
    ]
    assert "arn:aws:s3:::our-models/sd21/model.tar.gz" in resources
    logs = [resource for resource in resources if ":logs:" in resource]
    assert all(NAME in resource for resource in logs)
    assert "s3:PutObject" not in actions(document)


def test_only_an_async_container_writes_to_the_bucket() -> None:
    document = execution_policy(VALUES, mode=Mode.ASYNC)
    (writing,) = (one for one in document["Statement"] if "s3:PutObject" in one["Action"])
    assert writing["Resource"] == f"arn:aws:s3:::{BUCKET}/async/*"


def test_a_marketplace_package_needs_no_registry_access() -> None:
    document = execution_policy(VALUES, mode=Mode.REAL_TIME, package=True)
    assert not any(action.startswith("ecr:") for action in actions(document))


def test_a_missing_placeholder_names_its_option() -> None:
    without = {name: value for name, value in VALUES.items() if name != "BUCKET"}
    with pytest.raises(InvalidOption, match="--bucket"):
        execution_policy(without, mode=Mode.ASYNC)


def test_every_template_is_used() -> None:
    used = {"trust", "execution", "execution-image", "execution-archive", "execution-async"}
    used |= {"notebook", "operator", "operator-jumpstart", "operator-async"}
    assert {path.stem for path in TEMPLATES.glob("*.json")} == used


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_the_region_determines_the_partition(region: str, partition: str) -> None:
    assert partition_of(region) == partition
