"""Translation of AWS errors to error types with advice."""

from __future__ import annotations

import pytest
from botocore import exceptions as boto

from studio_endpoint import errors
from studio_endpoint.aws.call import Call
from studio_endpoint.aws.error_translation import translated
from studio_endpoint.errors import StudioEndpointError

CALL = Call("sagemaker", "create_model", {})


def client_error(code: str, message: str) -> StudioEndpointError:
    error = boto.ClientError({"Error": {"Code": code, "Message": message}}, "CreateModel")
    return translated(error, CALL)


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
            errors.InvalidRole,
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
            errors.InvalidRole,
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
            errors.ResourceBusy,
            "studio-endpoint status",
        ),
        ("ExpiredTokenException", "Expired.", errors.InvalidCredentials, "aws sso login"),
        ("ValidationException", "Could not find model 'x'.", errors.NotFound, ""),
        ("ObjectNotFoundException", "No scalable target", errors.NotFound, ""),
        ("InternalFailure", "", errors.RequestRejected, "InternalFailure"),
    ],
)
def test_a_client_error_has_a_type_and_advice(
    code: str, message: str, kind: type[StudioEndpointError], advice: str
) -> None:
    error = client_error(code, message)
    assert type(error) is kind
    assert advice in str(error)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (boto.NoCredentialsError(), errors.InvalidCredentials),
        (boto.NoRegionError(), errors.InvalidOption),
        (boto.ParamValidationError(report="Missing ModelName"), errors.InvalidOption),
        (boto.ConnectTimeoutError(endpoint_url="https://aws"), errors.NoResponse),
    ],
)
def test_a_local_error_has_its_own_type(error: Exception, kind: type[Exception]) -> None:
    assert type(translated(error, CALL)) is kind


def test_a_long_message_is_shortened() -> None:
    assert len(str(client_error("ValidationException", "x " * 5000))) < 600
