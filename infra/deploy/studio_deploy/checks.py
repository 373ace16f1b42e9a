"""Read-only checks of an AWS account before a deployment."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    TokenRetrievalError,
)

from studio_deploy.account import Account
from studio_deploy.preflight.bedrock import Bedrock, check_bedrock
from studio_deploy.preflight.calls import InvalidRequest, call, error_code
from studio_deploy.problems import Problem

BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
BOOTSTRAP_VERSION = 6
"""Minimum version of the CDK bootstrap stack that the templates need."""

UNRESERVED_CONCURRENCY = 100
"""Concurrent executions that Lambda keeps for functions without a reservation."""

PUBLIC_HUB = "SageMakerPublicHub"
_IN_SERVICE = {"InService", "Updating", "SystemUpdating"}


@dataclass(frozen=True, slots=True)
class Requirements:
    """What the deployment needs from the account.

    Attributes:
        endpoint: Name of an existing endpoint (`AWS_SM_EP`). None: a new one will be created.
        model: JumpStart model ID of a new endpoint.
        instance: Instance type of a new endpoint.
        reserved_concurrency: Concurrent Lambda executions to reserve for all functions together.
        bedrock: A model in Bedrock, which needs none of these. None: an endpoint is used.
    """

    endpoint: str | None
    model: str
    instance: str
    reserved_concurrency: int = 0
    bedrock: Bedrock | None = None


def find_problems(account: Account, requirements: Requirements) -> Iterator[Problem]:
    """Run every check and yield the problems. Without valid credentials, stop after the first."""
    try:
        number = account_number(account)
    except Problem as problem:
        yield problem
        return
    checks: list[Callable[[], None]] = [lambda: check_bootstrap(account, number)]
    if requirements.reserved_concurrency:
        reserved = requirements.reserved_concurrency
        checks.append(lambda: check_reserved_concurrency(account, reserved))
    if requirements.bedrock is not None:
        bedrock = requirements.bedrock
        checks.append(lambda: check_bedrock(account, bedrock))
    elif requirements.endpoint is not None:
        endpoint = requirements.endpoint
        checks.append(lambda: check_endpoint(account, endpoint))
    else:
        checks.append(lambda: check_quota(account, requirements.instance))
        checks.append(lambda: check_model(account, requirements.model, requirements.instance))
    for check in checks:
        try:
            check()
        except Problem as problem:
            yield problem


def account_number(account: Account) -> str:
    """Return the number of the account that the credentials belong to.

    Raises:
        Problem: There are no credentials, or AWS rejects them.
    """
    try:
        number: str = account.client("sts").get_caller_identity()["Account"]
    except (
        NoCredentialsError,
        PartialCredentialsError,
        CredentialRetrievalError,
        TokenRetrievalError,
    ):
        raise Problem("There are no AWS credentials.", "aws configure sso") from None
    except ClientError as error:
        message = f"AWS rejects the credentials ({error_code(error)})."
        raise Problem(message, "aws sso login") from None
    except BotoCoreError as error:
        message = f"The AWS API in {account.region} is not reachable: {type(error).__name__}."
        raise Problem(message, "aws sts get-caller-identity") from None
    return number


def check_bootstrap(account: Account, number: str) -> None:
    """Check that the region is bootstrapped for the CDK.

    Raises:
        Problem: It is not, or the bootstrap stack is too old.
    """
    command = f"npx --prefix amplify cdk bootstrap aws://{number}/{account.region}"
    ssm = account.client("ssm")
    found = call(
        lambda: ssm.get_parameter(Name=BOOTSTRAP_PARAMETER),
        Problem(f"{account.region} is not bootstrapped for the CDK.", command),
        "ssm:GetParameter",
    )
    version = int(found["Parameter"]["Value"])
    if version < BOOTSTRAP_VERSION:
        message = (
            f"The CDK bootstrap stack in {account.region} has version {version};"
            f" version {BOOTSTRAP_VERSION} or newer is required."
        )
        raise Problem(message, command)


def check_reserved_concurrency(account: Account, reserved: int) -> None:
    """Check that the account can reserve so many concurrent executions of functions.

    Raises:
        Problem: It cannot. Lambda keeps `UNRESERVED_CONCURRENCY` for other functions.
    """
    functions = account.client("lambda")
    action = "lambda:GetAccountSettings"
    command = f"make deploy REGION={account.region}"
    missing = Problem(f"{action} failed in {account.region}.", command)
    limit = call(functions.get_account_settings, missing, action)["AccountLimit"]
    available = max(limit["ConcurrentExecutions"] - UNRESERVED_CONCURRENCY, 0)
    if reserved > available:
        raise Problem(
            f"GENAI_STUDIO_RESERVED_CONCURRENCY reserves {reserved} concurrent executions, but the"
            f" account can reserve at most {available} in {account.region}: Lambda keeps"
            f" {UNRESERVED_CONCURRENCY} of {limit['ConcurrentExecutions']} unreserved."
            " Reserve fewer, or request a higher limit:",
            "aws service-quotas request-service-quota-increase --service-code lambda"
            f" --quota-code L-B99A9384 --desired-value {reserved + UNRESERVED_CONCURRENCY}"
            f" --region {account.region}",
        )


def check_endpoint(account: Account, name: str) -> None:
    """Check that the existing endpoint is in service.

    Raises:
        Problem: It does not exist, is still being created, or has failed.
    """
    sagemaker = account.client("sagemaker")
    status_command = f'make endpoint ARGS="status {name}"'
    missing = Problem(
        f"AWS_SM_EP is {name}, but there is no endpoint {name} in {account.region}.",
        "unset AWS_SM_EP, or use a name listed by: aws sagemaker list-endpoints",
    )
    try:
        found = call(
            lambda: sagemaker.describe_endpoint(EndpointName=name),
            missing,
            "sagemaker:DescribeEndpoint",
        )
    except InvalidRequest:
        raise missing from None
    status = found["EndpointStatus"]
    if status == "Creating":
        raise Problem(f"The endpoint {name} is still being created.", status_command)
    if status not in _IN_SERVICE:
        reason = found.get("FailureReason", "SageMaker gives no reason")
        raise Problem(f"The endpoint {name} has the status {status}: {reason}", status_command)


def check_quota(account: Account, instance: str) -> None:
    """Check that the quota allows one instance of this type for endpoints.

    Raises:
        Problem: It does not, or the region does not offer the instance type.
    """
    quotas = account.client("service-quotas")
    name = f"{instance} for endpoint usage"

    def find_quota() -> dict[str, Any] | None:
        pages = quotas.get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker")
        matches = (
            quota for page in pages for quota in page["Quotas"] if quota["QuotaName"] == name
        )
        return next(matches, None)

    unknown = Problem(
        f"SageMaker offers no {instance} in {account.region}.",
        "aws service-quotas list-service-quotas --service-code sagemaker",
    )
    quota = call(find_quota, unknown, "servicequotas:ListServiceQuotas")
    if quota is None:
        raise unknown
    if quota["Value"] < 1:
        raise Problem(
            f"The quota of {instance} for endpoints in {account.region} is 0.",
            "aws service-quotas request-service-quota-increase --service-code sagemaker"
            f" --quota-code {quota['QuotaCode']} --desired-value 1 --region {account.region}",
        )


def check_model(account: Account, model: str, instance: str) -> None:
    """Check that JumpStart offers the model in this region, for this instance type.

    Raises:
        Problem: It does not.
    """
    sagemaker = account.client("sagemaker")
    found = call(
        lambda: sagemaker.describe_hub_content(
            HubName=PUBLIC_HUB, HubContentType="Model", HubContentName=model
        ),
        Problem(
            f"JumpStart does not offer {model} in {account.region}.",
            f"aws sagemaker list-hub-contents --hub-name {PUBLIC_HUB}"
            f" --hub-content-type Model --region {account.region}",
        ),
        "sagemaker:DescribeHubContent",
    )
    document = json.loads(found["HubContentDocument"])
    supported: list[str] = document.get("SupportedInferenceInstanceTypes") or []
    if supported and instance not in supported:
        raise Problem(
            f"{model} does not run on {instance}. It supports {', '.join(sorted(supported))}.",
            f"GENAI_STUDIO_INSTANCE={min(supported)} make deploy REGION={account.region}",
        )
