"""Calls of AWS whose errors become problems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from studio_deploy.problems import Problem

_NOT_FOUND = {"ParameterNotFound", "ResourceNotFound", "ResourceNotFoundException"}


class InvalidRequest(Exception):
    """AWS rejected the request. SageMaker and Bedrock do so if something does not exist."""


def call(request: Callable[[], Any], missing: Problem, action: str) -> Any:  # noqa: ANN401 - boto3 responses have no static type
    """Call AWS and translate errors.

    Args:
        missing: Raised if the resource does not exist.
        action: IAM action of the call, for error messages.
    """
    try:
        return request()
    except ClientError as error:
        code = error_code(error)
        if code in _NOT_FOUND:
            raise missing from None
        if code == "ValidationException":
            raise InvalidRequest from None
        if code.startswith("AccessDenied"):
            message = f"The credentials do not allow {action}."
            raise Problem(message, "aws sts get-caller-identity") from None
        raise Problem(f"{action} failed: {code}. Try again later.", "make deploy") from None


def error_code(error: ClientError) -> str:
    """Return the code of an error."""
    return str(error.response.get("Error", {}).get("Code", "unknown"))
