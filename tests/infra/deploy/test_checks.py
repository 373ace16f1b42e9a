"""Tests for the checks before a deployment: each problem names the next command."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from botocore.exceptions import NoCredentialsError

from studio_deploy.__main__ import reserved_concurrency
from studio_deploy.checks import Requirements, check_reserved_concurrency, find_problems
from studio_deploy.preflight.bedrock import Bedrock
from studio_deploy.problems import Problem
from tests.infra.deploy.stubbed_account import REGION, StubbedAccount

NEW = Requirements(endpoint=None, model="model-txt2img-sd", instance="ml.g5.2xlarge")
EXISTING = Requirements(endpoint="drawing", model="model-txt2img-sd", instance="ml.g5.2xlarge")
SD35 = "stability.sd3-5-large-v1:0"
BEDROCK = Requirements(
    endpoint=None, model="", instance="", bedrock=Bedrock(model=SD35, region="us-west-2")
)

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
    account.add_response("sts", "get_caller_identity", {"Account": "123456789012"})


def bootstrapped(account: StubbedAccount, version: int = 30) -> None:
    account.add_response("ssm", "get_parameter", {"Parameter": {"Value": str(version)}})


def quota(account: StubbedAccount, *quotas: dict[str, object]) -> None:
    account.add_response(
        "service-quotas", "list_service_quotas", {"Quotas": [OTHER_QUOTA, *quotas]}
    )


def listed(account: StubbedAccount, *instances: str) -> None:
    account.add_response(
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
            "HubContentDocument": json.dumps({"SupportedInferenceInstanceTypes": instances}),
            "HubContentStatus": "Available",
            "CreationTime": 0,
        },
        HubName="SageMakerPublicHub",
        HubContentType="Model",
        HubContentName="model-txt2img-sd",
    )


def endpoint(account: StubbedAccount, status: str) -> None:
    account.add_response(
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


def only_problem(account: StubbedAccount, requirements: Requirements) -> Problem:
    found = list(find_problems(account, requirements))
    account.assert_all_called()
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def test_account_is_ready_for_a_new_endpoint(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    quota(account, QUOTA)
    listed(account)
    assert list(find_problems(account, NEW)) == []
    account.assert_all_called()


def test_existing_endpoint_needs_neither_quota_nor_model(
    account: StubbedAccount,
) -> None:
    signed_in(account)
    bootstrapped(account)
    endpoint(account, "InService")
    assert list(find_problems(account, EXISTING)) == []
    account.assert_all_called()


def test_missing_credentials_end_the_checks(
    account: StubbedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raise_no_credentials() -> None:
        raise NoCredentialsError

    monkeypatch.setattr(account.client("sts"), "get_caller_identity", raise_no_credentials)
    assert only_problem(account, NEW).command == "aws configure sso"


def test_expired_credentials_suggest_signing_in_again(account: StubbedAccount) -> None:
    account.add_error("sts", "get_caller_identity", "ExpiredToken")
    found = only_problem(account, NEW)
    assert found.command == "aws sso login"
    assert "ExpiredToken" in found.message


def test_region_without_bootstrap_suggests_cdk_bootstrap(account: StubbedAccount) -> None:
    signed_in(account)
    account.add_error("ssm", "get_parameter", "ParameterNotFound")
    endpoint(account, "InService")
    found = only_problem(account, EXISTING)
    assert found.command == f"npx --prefix amplify cdk bootstrap aws://123456789012/{REGION}"


def test_old_bootstrap_version_suggests_cdk_bootstrap(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account, version=5)
    endpoint(account, "InService")
    found = only_problem(account, EXISTING)
    assert "version 5" in found.message
    assert "cdk bootstrap" in found.command


def test_missing_permission_is_named(account: StubbedAccount) -> None:
    signed_in(account)
    account.add_error("ssm", "get_parameter", "AccessDeniedException")
    endpoint(account, "InService")
    assert "ssm:GetParameter" in only_problem(account, EXISTING).message


@pytest.mark.parametrize("code", ["ValidationException", "ResourceNotFound"])
def test_unknown_endpoint_is_named(code: str, account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    account.add_error("sagemaker", "describe_endpoint", code)
    found = only_problem(account, EXISTING)
    assert "no endpoint drawing" in found.message
    assert "AWS_SM_EP" in found.command


def test_failed_endpoint_shows_the_failure_reason(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    endpoint(account, "Failed")
    found = only_problem(account, EXISTING)
    assert "no capacity" in found.message
    assert found.command == 'make endpoint ARGS="status drawing"'


def test_endpoint_in_creation_is_a_problem(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    endpoint(account, "Creating")
    assert "still being created" in only_problem(account, EXISTING).message


def test_quota_of_zero_suggests_a_quota_increase(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    quota(account, QUOTA | {"Value": 0.0})
    listed(account)
    command = only_problem(account, NEW).command
    assert "request-service-quota-increase" in command
    assert "--quota-code L-9614C779" in command
    assert f"--region {REGION}" in command


def test_instance_type_without_quota_in_the_region_is_named(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    quota(account)
    listed(account)
    assert "no ml.g5.2xlarge" in only_problem(account, NEW).message


def test_model_not_offered_in_the_region_is_named(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    quota(account, QUOTA)
    account.add_error("sagemaker", "describe_hub_content", "ResourceNotFound")
    found = only_problem(account, NEW)
    assert "model-txt2img-sd" in found.message
    assert "list-hub-contents" in found.command


def test_model_that_runs_on_the_instance_type_is_ready(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    quota(account, QUOTA)
    listed(account, "ml.p3.2xlarge", NEW.instance)
    assert list(find_problems(account, NEW)) == []


def test_instance_type_that_the_model_does_not_support_names_the_supported_ones(
    account: StubbedAccount,
) -> None:
    signed_in(account)
    bootstrapped(account)
    quota(account, QUOTA)
    listed(account, "ml.p3.2xlarge", "ml.g5.4xlarge")
    found = only_problem(account, NEW)
    assert "ml.g5.4xlarge, ml.p3.2xlarge" in found.message
    assert found.command == f"GENAI_STUDIO_INSTANCE=ml.g5.4xlarge make deploy REGION={REGION}"


def test_all_problems_are_reported_together(account: StubbedAccount) -> None:
    signed_in(account)
    account.add_error("ssm", "get_parameter", "ParameterNotFound")
    quota(account, QUOTA | {"Value": 0.0})
    account.add_error("sagemaker", "describe_hub_content", "ResourceNotFound")
    assert len(list(find_problems(account, NEW))) == 3


def concurrency(account: StubbedAccount, limit: int) -> None:
    settings = {"AccountLimit": {"ConcurrentExecutions": limit}}
    account.add_response("lambda", "get_account_settings", settings)


def test_reserved_concurrency_must_leave_the_unreserved_minimum(account: StubbedAccount) -> None:
    concurrency(account, 1000)
    check_reserved_concurrency(account, 900)
    concurrency(account, 1000)
    with pytest.raises(Problem, match="at most 900 in eu-central-1") as refused:
        check_reserved_concurrency(account, 901)
    assert "--desired-value 1001" in refused.value.command
    concurrency(account, 10)
    with pytest.raises(Problem, match="at most 0"):
        check_reserved_concurrency(account, 1)


def test_reserved_concurrency_is_checked_if_it_is_set(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    concurrency(account, 10)
    endpoint(account, "InService")
    [problem] = find_problems(account, replace(EXISTING, reserved_concurrency=5))
    assert "GENAI_STUDIO_RESERVED_CONCURRENCY reserves 5" in problem.message


def test_reservations_are_added_up() -> None:
    assert reserved_concurrency("worker=20, appsync=50") == 70
    assert reserved_concurrency("") == 0


def availability(account: StubbedAccount, **different: str) -> None:
    status = different.pop("agreement", "AVAILABLE")
    response = {
        "modelId": SD35,
        "agreementAvailability": {"status": status},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
    }
    account.add_response(
        "bedrock", "get_foundation_model_availability", response | different, modelId=SD35
    )


def test_bedrock_needs_neither_endpoint_nor_quota(account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    availability(account)
    assert list(find_problems(account, BEDROCK)) == []
    account.assert_all_called()
    assert account.other_regions == ["us-west-2"]


@pytest.mark.parametrize(
    ("different", "message", "command"),
    [
        (
            {"regionAvailability": "NOT_AVAILABLE"},
            "does not offer stability.sd3-5-large-v1:0 in us-west-2",
            "list-foundation-models",
        ),
        ({"authorizationStatus": "NOT_AUTHORIZED"}, "not authorized", "get-foundation-model"),
        ({"agreement": "PENDING"}, "15 minutes", "get-foundation-model-availability"),
        ({"agreement": "NOT_AVAILABLE"}, "aws-marketplace:Subscribe", "invoke-model --model-id"),
        ({"agreement": "ERROR"}, "no subscription", "invoke-model"),
        ({"entitlementAvailability": "NOT_AVAILABLE"}, "no subscription", "invoke-model"),
    ],
)
def test_model_in_bedrock_that_cannot_be_called_is_a_problem(
    different: dict[str, str], message: str, command: str, account: StubbedAccount
) -> None:
    signed_in(account)
    bootstrapped(account)
    availability(account, **different)
    found = only_problem(account, BEDROCK)
    assert message in found.message
    assert command in found.command
    assert "--region us-west-2" in found.command


@pytest.mark.parametrize("code", ["ValidationException", "ResourceNotFoundException"])
def test_unknown_model_in_bedrock_is_named(code: str, account: StubbedAccount) -> None:
    signed_in(account)
    bootstrapped(account)
    account.add_error("bedrock", "get_foundation_model_availability", code)
    assert f"does not offer {SD35}" in only_problem(account, BEDROCK).message
