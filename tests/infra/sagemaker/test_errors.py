"""AWS's refusals, in words that say what to do."""

from __future__ import annotations

import pytest
from botocore import exceptions as boto

from studio_endpoint import errors
from studio_endpoint.call import Call
from studio_endpoint.errors import EndpointProblem, problem

CALL = Call("sagemaker", "create_model", {})


def refused(code: str, message: str) -> EndpointProblem:
    error = boto.ClientError({"Error": {"Code": code, "Message": message}}, "CreateModel")
    return problem(error, CALL)


@pytest.mark.parametrize(
    ("code", "message", "kind", "advice"),
    [
        (
            "ResourceLimitExceeded",
            (
                "The account-level service limit 'ml.g5.xlarge for endpoint usage' is 0 Instances, "
                "with current utilization of 0 Instances and a request delta of 1 Instances."
            ),
            errors.QuotaExceeded,
            "servicequotas",
        ),
        (
            "ValidationException",
            (
                "Could not assume role arn:aws:iam::123456789012:role/x. Please ensure that "
                "the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role."
            ),
            errors.RoleUnusable,
            "policy trust",
        ),
        (
            "ValidationException",
            "Caller is not subscribed to the Marketplace listing of this model package.",
            errors.NotSubscribed,
            "Subscribe",
        ),
        (
            "AccessDeniedException",
            "Account 123456789012 is not subscribed to model package sd35.",
            errors.NotSubscribed,
            "Subscribe",
        ),
        (
            "ValidationException",
            "Cannot create already existing model 'studio'.",
            errors.AlreadyExists,
            "studio-endpoint delete",
        ),
        (
            "ValidationException",
            "Could not access model data at s3://models/sd/model.tar.gz.",
            errors.RoleUnusable,
            "policy execution",
        ),
        (
            "ValidationException",
            "This model requires acceptance of an EULA.",
            errors.EulaNotAccepted,
            "--accept-eula",
        ),
        (
            "AccessDeniedException",
            "User: x is not authorized to perform: sagemaker:CreateModel",
            errors.AccessDenied,
            "policy operator",
        ),
        (
            "ValidationException",
            "Cannot update in-progress endpoint arn:aws:sagemaker:us-east-1:1:endpoint/x.",
            errors.Busy,
            "studio-endpoint status",
        ),
        ("ExpiredTokenException", "Expired.", errors.NoCredentials, "aws sso login"),
        ("ValidationException", "Could not find model 'x'.", errors.NotFound, ""),
        ("ObjectNotFoundException", "No scalable target", errors.NotFound, ""),
        ("InternalFailure", "", errors.Refused, "InternalFailure"),
    ],
)
def test_a_refusal_has_a_type_and_says_what_to_do(
    code: str, message: str, kind: type[EndpointProblem], advice: str
) -> None:
    said = refused(code, message)
    assert type(said) is kind
    assert advice in str(said)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (boto.NoCredentialsError(), errors.NoCredentials),
        (boto.NoRegionError(), errors.InvalidChoice),
        (boto.ParamValidationError(report="Missing ModelName"), errors.InvalidChoice),
        (boto.ConnectTimeoutError(endpoint_url="https://aws"), errors.Unreachable),
    ],
)
def test_what_never_reached_aws_is_told_apart(error: Exception, kind: type[Exception]) -> None:
    assert type(problem(error, CALL)) is kind


def test_a_long_answer_is_cut() -> None:
    assert len(str(refused("ValidationException", "x " * 5000))) < 600
