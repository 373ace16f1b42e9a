"""What can go wrong on the way to an endpoint, and what to do about it.

AWS answers most of these with the one code `ValidationException`, so its words
decide which of them it is.
"""

from __future__ import annotations

import re

from botocore import exceptions as boto

from studio_endpoint.call import Call

_MAX_WORDS = 400


class EndpointProblem(Exception):
    """The base of everything that a command reports; the message says what to do."""


class InvalidChoice(EndpointProblem):
    """An option does not fit the others, or is not what AWS would take."""


class QuotaExceeded(EndpointProblem):
    """The account may not run so many instances of this type."""


class RoleUnusable(EndpointProblem):
    """The execution role is missing, or SageMaker may not assume it."""


class NotSubscribed(EndpointProblem):
    """The account has no AWS Marketplace subscription to the model package."""


class UnknownModel(EndpointProblem):
    """JumpStart does not offer this model in this region."""


class EulaNotAccepted(EndpointProblem):
    """The model has a licence that the operator must accept."""


class AlreadyExists(EndpointProblem):
    """Something of this name exists."""


class NotFound(EndpointProblem):
    """Nothing of this name exists."""


class NotOurs(EndpointProblem):
    """The endpoint was not made by this tool."""


class AccessDenied(EndpointProblem):
    """The caller's credentials do not allow the call."""


class NoCredentials(EndpointProblem):
    """There are no credentials, or they are no longer valid."""


class Busy(EndpointProblem):
    """AWS is still making or changing it, and takes no other call until it has."""


class NoCapacity(EndpointProblem):
    """AWS has no such instance free just now."""


class EndpointNotStarted(EndpointProblem):
    """AWS made the endpoint or component, and it failed to come into service."""


class Unreachable(EndpointProblem):
    """AWS could not be reached, or did not answer."""


class Refused(EndpointProblem):
    """AWS refused the call for a reason that has no type of its own."""


_QUOTAS = "https://console.aws.amazon.com/servicequotas/home/services/sagemaker/quotas"

_BY_WORDS: tuple[tuple[str, type[EndpointProblem], str], ...] = (
    (
        r"service limit|ResourceLimitExceeded",
        QuotaExceeded,
        f"Ask for more “… for endpoint usage” at {_QUOTAS}, or choose another --instance.",
    ),
    (
        r"not subscribed|subscribe to",
        NotSubscribed,
        "Subscribe on the model's page in AWS Marketplace; “Configure” shows the package's ARN.",
    ),
    (
        r"\bEULA\b|end.user license",
        EulaNotAccepted,
        "Read the model's licence, and say --accept-eula if you accept it.",
    ),
    (
        r"could not assume role|cannot assume role|role .* (is invalid|does not exist)",
        RoleUnusable,
        "Make the role, or mend its trust policy: studio-endpoint policy trust.",
    ),
    (
        r"already exist",
        AlreadyExists,
        "Choose another name, or remove what is there: studio-endpoint delete NAME.",
    ),
    (
        r"in.progress|being (created|updated|deleted)|is (creating|updating)",
        Busy,
        "Try again when it is done: studio-endpoint status NAME.",
    ),
    (
        r"insufficient.*capacity|unable to provision",
        NoCapacity,
        "Try later, another --instance, or another region.",
    ),
    (
        r"could not access model data|access denied.*s3",
        RoleUnusable,
        "Let the execution role read the archive: studio-endpoint policy execution.",
    ),
    (
        r"could not find|not found|does not exist|no .*(alarm|target|policy) found",
        NotFound,
        "",
    ),
)
_BY_CODE: dict[str, tuple[type[EndpointProblem], str]] = {
    "ResourceLimitExceeded": (QuotaExceeded, _BY_WORDS[0][2]),
    "LimitExceededException": (QuotaExceeded, f"Ask for more at {_QUOTAS}."),
    "ResourceNotFound": (NotFound, ""),
    "ResourceNotFoundException": (NotFound, ""),
    "ObjectNotFoundException": (NotFound, ""),
    "ResourceInUse": (AlreadyExists, ""),
    "AccessDenied": (AccessDenied, "What an operator needs: studio-endpoint policy operator."),
    "AccessDeniedException": (
        AccessDenied,
        "What an operator needs: studio-endpoint policy operator.",
    ),
}
_LOGIN = "Sign in anew (aws sso login, or new keys), and check with: aws sts get-caller-identity."
_STALE = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "RequestExpired",
}


def problem(error: Exception, call: Call) -> EndpointProblem:
    """Say what a call raised in the words of this tool.

    Args:
        error: A ClientError or BotoCoreError.
        call: The call that raised it.
    """
    if isinstance(error, boto.ClientError):
        return _refusal(error, call)
    if isinstance(error, boto.NoCredentialsError | boto.CredentialRetrievalError | boto.SSOError):
        return NoCredentials(f"There are no AWS credentials. {_LOGIN}")
    if isinstance(error, boto.NoRegionError):
        return InvalidChoice("No AWS region is chosen: give --region, or set AWS_REGION.")
    if isinstance(error, boto.ParamValidationError):
        return InvalidChoice(f"{call.operation}: {error}")
    return Unreachable(f"{call.operation}: no answer from AWS ({type(error).__name__}).")


def not_started(what: str, reason: str) -> EndpointProblem:
    """The type of a resource that AWS made and that then failed.

    Args:
        what: Which one, for people.
        reason: AWS's FailureReason.
    """
    kind, advice = _by_words(reason) or (
        EndpointNotStarted,
        "Its log group in CloudWatch: /aws/sagemaker.",
    )
    if kind is NotFound:
        kind, advice = EndpointNotStarted, ""
    return kind(_sentence(f"{what} failed to start: {_short(reason)}", advice))


def _refusal(error: boto.ClientError, call: Call) -> EndpointProblem:
    code = str(error.response.get("Error", {}).get("Code", ""))
    words = str(error.response.get("Error", {}).get("Message", ""))
    if code in _STALE:
        return NoCredentials(f"The AWS credentials are not valid ({code}). {_LOGIN}")
    found = _by_words(words) or _BY_CODE.get(code)
    if code.startswith("AccessDenied") and (found is None or found[0] is not NotSubscribed):
        found = _BY_CODE[code]
    kind, advice = found or (Refused, "")
    return kind(_sentence(f"{call.operation}: {_short(words) or code}", advice))


def _by_words(text: str) -> tuple[type[EndpointProblem], str] | None:
    for pattern, kind, advice in _BY_WORDS:
        if re.search(pattern, text, re.IGNORECASE):
            return kind, advice
    return None


def _short(text: str) -> str:
    return " ".join(text.split())[:_MAX_WORDS]


def _sentence(what: str, advice: str) -> str:
    ended = what if what.endswith((".", "!", "?")) else f"{what}."
    return f"{ended} {advice}".rstrip()
