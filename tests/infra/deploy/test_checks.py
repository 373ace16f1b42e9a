"""Before a deployment: each thing that stands in the way is named, with the next command."""

from __future__ import annotations

import pytest
from botocore.exceptions import NoCredentialsError

from studio_deploy.checks import Wanted, problems
from studio_deploy.problems import Problem
from tests.infra.deploy.stubbed_account import REGION, StubbedAccount

NEW = Wanted(endpoint=None, model="model-txt2img-sd", instance="ml.g5.2xlarge")
REUSED = Wanted(endpoint="drawing", model="model-txt2img-sd", instance="ml.g5.2xlarge")

QUOTA = {
    "QuotaName": "ml.g5.2xlarge for endpoint usage",
    "QuotaCode": "L-9614C779",
    "Value": 1.0,
}
OTHER_QUOTA = {"QuotaName": "ml.g5.xlarge for endpoint usage", "QuotaCode": "L-1", "Value": 9.0}


@pytest.fixture
def account() -> StubbedAccount:
    return StubbedAccount()


def signed_in(account: StubbedAccount) -> None:
    account.answers("sts", "get_caller_identity", {"Account": "123456789012"})


def bootstrapped(account: StubbedAccount, version: int = 30) -> None:
    account.answers("ssm", "get_parameter", {"Parameter": {"Value": str(version)}})


def quota(account: StubbedAccount, *quotas: dict[str, object]) -> None:
    account.answers("service-quotas", "list_service_quotas", {"Quotas": [OTHER_QUOTA, *quotas]})


def listed(account: StubbedAccount) -> None:
    account.answers(
        "sagemaker",
        "describe_hub_content",
        {
            "HubContentName": "model-txt2img-sd",
            "HubContentArn": "arn:aws:sagemaker:eu-central-1:aws:hub-content/x",
            "HubContentVersion": "1.0.0",
            "HubContentType": "Model",
            "DocumentSchemaVersion": "2.0.0",
            "HubName": "SageMakerPublicHub",
            "HubArn": "arn:aws:sagemaker:eu-central-1:aws:hub/SageMakerPublicHub",
            "HubContentDocument": "{}",
            "HubContentStatus": "Available",
            "CreationTime": 0,
        },
        HubName="SageMakerPublicHub",
        HubContentType="Model",
        HubContentName="model-txt2img-sd",
    )


def endpoint(account: StubbedAccount, status: str) -> None:
    account.answers(
        "sagemaker",
        "describe_endpoint",
        {
            "EndpointName": "drawing",
            "EndpointArn": "arn:aws:sagemaker:eu-central-1:123456789012:endpoint/drawing",
            "EndpointStatus": status,
            "FailureReason": "no capacity",
            "CreationTime": 0,
            "LastModifiedTime": 0,
        },
        EndpointName="drawing",
    )


def only(account: StubbedAccount, wanted: Wanted) -> Problem:
    found = list(problems(account, wanted))
    account.demand_all_asked()
    assert len(found) == 1, [str(one) for one in found]
    return found[0]


def test_nothing_stands_in_the_way_of_a_new_endpoint(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    quota(account, QUOTA)
    listed(account)
    assert list(problems(account, NEW)) == []
    account.demand_all_asked()


def test_an_endpoint_that_serves_is_reused_and_needs_neither_quota_nor_model(
    account: StubbedAccount,
) -> None:
    signed_in(account)
    bootstrapped(account)
    endpoint(account, "InService")
    assert list(problems(account, REUSED)) == []
    account.demand_all_asked()


def test_without_credentials_nothing_else_is_asked(
    account: StubbedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> None:
        raise NoCredentialsError

    monkeypatch.setattr(account.client("sts"), "get_caller_identity", none)
    assert only(account, NEW).command == "aws configure sso"


def test_ended_credentials_are_renewed(account: StubbedAccount) -> None:
    account.refuses("sts", "get_caller_identity", "ExpiredToken")
    found = only(account, NEW)
    assert found.command == "aws sso login"
    assert "ExpiredToken" in found.what


def test_a_region_without_the_cdk_is_bootstrapped(account: StubbedAccount) -> None:
    signed_in(account)
    account.refuses("ssm", "get_parameter", "ParameterNotFound")
    endpoint(account, "InService")
    found = only(account, REUSED)
    assert found.command == f"npx --prefix amplify cdk bootstrap aws://123456789012/{REGION}"


def test_an_old_bootstrap_is_renewed(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account, version=5)
    endpoint(account, "InService")
    found = only(account, REUSED)
    assert "version 5" in found.what
    assert "cdk bootstrap" in found.command


def test_a_right_that_lacks_is_named(account: StubbedAccount) -> None:
    signed_in(account)
    account.refuses("ssm", "get_parameter", "AccessDeniedException")
    endpoint(account, "InService")
    assert "ssm:GetParameter" in only(account, REUSED).what


@pytest.mark.parametrize("code", ["ValidationException", "ResourceNotFound"])
def test_an_endpoint_that_is_not_there_is_named(code: str, account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    account.refuses("sagemaker", "describe_endpoint", code)
    found = only(account, REUSED)
    assert "no endpoint drawing" in found.what
    assert "AWS_SM_EP" in found.command


def test_an_endpoint_that_failed_says_why(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    endpoint(account, "Failed")
    found = only(account, REUSED)
    assert "no capacity" in found.what
    assert found.command == 'make endpoint ARGS="status drawing"'


def test_an_endpoint_that_is_being_made_is_waited_for(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    endpoint(account, "Creating")
    assert "still being made" in only(account, REUSED).what


def test_a_quota_of_nothing_is_asked_to_be_raised(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    quota(account, QUOTA | {"Value": 0.0})
    listed(account)
    command = only(account, NEW).command
    assert "request-service-quota-increase" in command
    assert "--quota-code L-9614C779" in command
    assert f"--region {REGION}" in command


def test_an_instance_that_the_region_does_not_have_is_named(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    quota(account)
    listed(account)
    assert "no ml.g5.2xlarge" in only(account, NEW).what


def test_a_model_that_the_region_does_not_list_is_named(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    quota(account, QUOTA)
    account.refuses("sagemaker", "describe_hub_content", "ResourceNotFound")
    found = only(account, NEW)
    assert "model-txt2img-sd" in found.what
    assert "list-hub-contents" in found.command


def test_everything_that_stands_in_the_way_is_told_at_once(account: StubbedAccount) -> None:
    signed_in(account)
    account.refuses("ssm", "get_parameter", "ParameterNotFound")
    quota(account, QUOTA | {"Value": 0.0})
    account.refuses("sagemaker", "describe_hub_content", "ResourceNotFound")
    assert len(list(problems(account, NEW))) == 3
