"""What is looked at before anything is deployed, without changing anything."""

from __future__ import annotations

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
from studio_deploy.problems import Problem

BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
BOOTSTRAP_VERSION = 6
"""The oldest that the templates can be deployed with."""

PUBLIC_HUB = "SageMakerPublicHub"
_MISSING = {"ParameterNotFound", "ResourceNotFound", "ResourceNotFoundException"}
_SERVES = {"InService", "Updating", "SystemUpdating"}
_COMING = {"Creating"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be deployed.

    Attributes:
        endpoint: Name of an endpoint that is there already (`AWS_SM_EP`), if any.
        model: JumpStart's id of the model for a new endpoint.
        instance: Type of instance for a new endpoint.
    """

    endpoint: str | None
    model: str
    instance: str


def problems(account: Account, wanted: Wanted) -> Iterator[Problem]:
    """Everything that stands in the way. Without credentials nothing else can be seen."""
    try:
        number = account_number(account)
    except Problem as problem:
        yield problem
        return
    checks: list[Callable[[], None]] = [lambda: check_bootstrap(account, number)]
    if wanted.endpoint is not None:
        endpoint = wanted.endpoint
        checks.append(lambda: check_endpoint(account, endpoint))
    else:
        checks.append(lambda: check_quota(account, wanted.instance))
        checks.append(lambda: check_listing(account, wanted.model))
    for check in checks:
        try:
            check()
        except Problem as problem:
            yield problem


def account_number(account: Account) -> str:
    """Whose credentials these are.

    Raises:
        Problem: Nobody's, or they have ended. So do all functions here.
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
        what = f"AWS does not take the credentials ({_code(error)})."
        raise Problem(what, "aws sso login") from None
    except BotoCoreError as error:
        what = f"AWS cannot be asked in {account.region}: {type(error).__name__}."
        raise Problem(what, "aws sts get-caller-identity") from None
    return number


def check_bootstrap(account: Account, number: str) -> None:
    """The CDK has its bucket and its roles in this region."""
    command = f"npx --prefix amplify cdk bootstrap aws://{number}/{account.region}"
    ssm = account.client("ssm")
    found = _asked(
        lambda: ssm.get_parameter(Name=BOOTSTRAP_PARAMETER),
        Problem(f"The CDK has never been used in {account.region}.", command),
        "ssm:GetParameter",
    )
    version = int(found["Parameter"]["Value"])
    if version < BOOTSTRAP_VERSION:
        what = f"What the CDK put into {account.region} is of version {version}, too old."
        raise Problem(what, command)


def check_endpoint(account: Account, name: str) -> None:
    """The endpoint that is to be reused serves."""
    sagemaker = account.client("sagemaker")
    again = f'make endpoint ARGS="status {name}"'
    missing = Problem(
        f"There is no endpoint {name} in {account.region}, as AWS_SM_EP says.",
        "unset AWS_SM_EP, or name one of: aws sagemaker list-endpoints",
    )
    try:
        found = _asked(
            lambda: sagemaker.describe_endpoint(EndpointName=name),
            missing,
            "sagemaker:DescribeEndpoint",
        )
    except _Invalid:
        raise missing from None
    status = found["EndpointStatus"]
    if status in _COMING:
        raise Problem(f"The endpoint {name} is still being made.", again)
    if status not in _SERVES:
        reason = found.get("FailureReason", "no reason is given")
        raise Problem(f"The endpoint {name} is {status}: {reason}", again)


def check_quota(account: Account, instance: str) -> None:
    """The account may run an instance of this type behind an endpoint."""
    quotas = account.client("service-quotas")
    name = f"{instance} for endpoint usage"
    console = "aws service-quotas list-service-quotas --service-code sagemaker"

    def look() -> dict[str, Any] | None:
        pages = quotas.get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker")
        found = (one for page in pages for one in page["Quotas"] if one["QuotaName"] == name)
        return next(found, None)

    unknown = Problem(f"SageMaker has no {instance} in {account.region}.", console)
    quota = _asked(look, unknown, "servicequotas:ListServiceQuotas")
    if quota is None:
        raise unknown
    if quota["Value"] < 1:
        raise Problem(
            f"The account may run no {instance} behind an endpoint in {account.region}.",
            "aws service-quotas request-service-quota-increase --service-code sagemaker"
            f" --quota-code {quota['QuotaCode']} --desired-value 1 --region {account.region}",
        )


def check_listing(account: Account, model: str) -> None:
    """JumpStart offers the model in this region."""
    sagemaker = account.client("sagemaker")
    _asked(
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


class _Invalid(Exception):
    """SageMaker says of an endpoint that is not there that the request is not valid."""


def _asked(ask: Callable[[], Any], missing: Problem, action: str) -> Any:  # noqa: ANN401
    try:
        return ask()
    except ClientError as error:
        code = _code(error)
        if code in _MISSING:
            raise missing from None
        if code == "ValidationException":
            raise _Invalid from None
        if code.startswith("AccessDenied"):
            what = f"These credentials may not call {action}."
            raise Problem(what, "aws sts get-caller-identity") from None
        raise Problem(f"{action} failed: {code}.", "make deploy, in a while") from None


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))
