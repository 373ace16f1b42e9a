"""Translation of AWS errors to this tool's errors, with advice.

AWS reports most of these errors with the same code, `ValidationException`, so the message
determines the type.
"""

from __future__ import annotations

import re

from botocore import exceptions as boto

from studio_endpoint.aws.call import Call
from studio_endpoint.errors import (
    AccessDenied,
    AlreadyExists,
    EulaNotAccepted,
    InsufficientCapacity,
    InvalidCredentials,
    InvalidOption,
    InvalidRole,
    NoResponse,
    NotFound,
    NotSubscribed,
    QuotaExceeded,
    RequestRejected,
    ResourceBusy,
    StartupFailed,
    StudioEndpointError,
)

_MAX_MESSAGE_LENGTH = 400
_QUOTAS = "https://console.aws.amazon.com/servicequotas/home/services/sagemaker/quotas"
_LOGIN = "Sign in again (aws sso login, or new keys), and check with: aws sts get-caller-identity."
_OPERATOR = "Required permissions: studio-endpoint policy operator."

_BY_MESSAGE: tuple[tuple[str, type[StudioEndpointError], str], ...] = (
    (
        r"service limit|ResourceLimitExceeded",
        QuotaExceeded,
        f"Request a higher quota “… for endpoint usage” at {_QUOTAS}, or use another --instance.",
    ),
    (
        r"not subscribed|subscribe to",
        NotSubscribed,
        "Subscribe on the model's page in AWS Marketplace; “Configure” shows the package's ARN.",
    ),
    (
        r"\bEULA\b|end.user license",
        EulaNotAccepted,
        "Read the model's license. To accept it, add --accept-eula.",
    ),
    (
        r"could not assume role|cannot assume role|role .* (is invalid|does not exist)",
        InvalidRole,
        "Create the role, or correct its trust policy: studio-endpoint policy trust.",
    ),
    (
        r"already exist",
        AlreadyExists,
        "Use another name, or delete the existing endpoint: studio-endpoint delete NAME.",
    ),
    (
        r"in.progress|being (created|updated|deleted)|is (creating|updating)",
        ResourceBusy,
        "Try again when the operation is complete: studio-endpoint status NAME.",
    ),
    (
        r"insufficient.*capacity|unable to provision",
        InsufficientCapacity,
        "Try again later, or use another --instance or another region.",
    ),
    (
        r"could not access model data|access denied.*s3",
        InvalidRole,
        "Allow the execution role to read the archive: studio-endpoint policy execution.",
    ),
    (
        r"could not find|not found|does not exist|no .*(alarm|target|policy) found",
        NotFound,
        "",
    ),
)
_BY_CODE: dict[str, tuple[type[StudioEndpointError], str]] = {
    "ResourceLimitExceeded": (QuotaExceeded, _BY_MESSAGE[0][2]),
    "LimitExceededException": (QuotaExceeded, f"Request a higher quota at {_QUOTAS}."),
    "ResourceNotFound": (NotFound, ""),
    "ResourceNotFoundException": (NotFound, ""),
    "ObjectNotFoundException": (NotFound, ""),
    "ResourceInUse": (AlreadyExists, ""),
    "AccessDenied": (AccessDenied, _OPERATOR),
    "AccessDeniedException": (AccessDenied, _OPERATOR),
}
_INVALID_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "RequestExpired",
}


def translated(error: Exception, call: Call) -> StudioEndpointError:
    """Translate a botocore error.

    Args:
        error: A ClientError or BotoCoreError.
        call: The call that raised it.
    """
    if isinstance(error, boto.ClientError):
        return _translated_client_error(error, call)
    if isinstance(error, boto.NoCredentialsError | boto.CredentialRetrievalError | boto.SSOError):
        return InvalidCredentials(f"No AWS credentials found. {_LOGIN}")
    if isinstance(error, boto.NoRegionError):
        return InvalidOption("No AWS region is set. Use --region or set AWS_REGION.")
    if isinstance(error, boto.ParamValidationError):
        return InvalidOption(f"{call.operation}: {error}")
    return NoResponse(f"{call.operation}: no response from AWS ({type(error).__name__}).")


def startup_error(name: str, reason: str) -> StudioEndpointError:
    """Return the error for a resource that AWS created and that then failed to start.

    Args:
        name: Name of the resource, for people.
        reason: AWS's FailureReason.
    """
    kind, advice = _by_message(reason) or (
        StartupFailed,
        "See its log group below /aws/sagemaker in CloudWatch.",
    )
    if kind is NotFound:
        kind, advice = StartupFailed, ""
    return kind(_sentences(f"{name} failed to start: {_shortened(reason)}", advice))


def _translated_client_error(error: boto.ClientError, call: Call) -> StudioEndpointError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = str(error.response.get("Error", {}).get("Message", ""))
    if code in _INVALID_CREDENTIALS:
        return InvalidCredentials(f"The AWS credentials are not valid ({code}). {_LOGIN}")
    found = _by_message(message) or _BY_CODE.get(code)
    if code.startswith("AccessDenied") and (found is None or found[0] is not NotSubscribed):
        found = _BY_CODE[code]
    kind, advice = found or (RequestRejected, "")
    return kind(_sentences(f"{call.operation}: {_shortened(message) or code}", advice))


def _by_message(text: str) -> tuple[type[StudioEndpointError], str] | None:
    for pattern, kind, advice in _BY_MESSAGE:
        if re.search(pattern, text, re.IGNORECASE):
            return kind, advice
    return None


def _shortened(text: str) -> str:
    return " ".join(text.split())[:_MAX_MESSAGE_LENGTH]


def _sentences(problem: str, advice: str) -> str:
    sentence = problem if problem.endswith((".", "!", "?")) else f"{problem}."
    return f"{sentence} {advice}".rstrip()
