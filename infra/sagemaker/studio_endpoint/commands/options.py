"""Options, output and clients that several commands share."""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from typing import Annotated, Any

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from cyclopts import Parameter

from genai_studio.sagemaker.client import aws_client
from studio_endpoint.aws.call import Call, Clients
from studio_endpoint.errors import InvalidOption

Name = Annotated[str, Parameter(name="NAME", help="Name of the endpoint (AWS_SM_EP).")]
Region = Annotated[
    str | None, Parameter(help="AWS region; default: AWS_REGION, then the profile's region.")
]
DryRun = Annotated[bool, Parameter(negative=(), help="Print the calls without making them.")]
Yes = Annotated[bool, Parameter(negative=(), help="Skip the confirmation prompt.")]

_MAX_ATTEMPTS = 3


def resolved_region(region: str | None) -> str:
    """Return the region from the option, the environment or the profile.

    Raises:
        InvalidOption: No region is set.
    """
    # Lambda and the studio use AWS_REGION; boto3 only reads AWS_DEFAULT_REGION.
    found = region or os.environ.get("AWS_REGION") or boto3.Session().region_name
    if not found:
        raise InvalidOption("No AWS region is set. Use --region or set AWS_REGION.")
    return found


def aws_clients(region: str) -> Clients:
    """Return a source of cached boto3 clients with the default credentials."""
    # boto3's types have one overload per service, but the service is a variable here.
    session: Any = boto3.Session(region_name=region)

    @cache
    def client(service: str) -> BaseClient:
        if service == "sagemaker-runtime":
            return aws_client(region)
        retries = Config(retries={"mode": "standard", "total_max_attempts": _MAX_ATTEMPTS})
        created: BaseClient = session.client(service, config=retries)
        return created

    return client


def print_json(value: object) -> None:
    """Print a value as JSON on standard output."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_json_default)
    sys.stdout.write(f"{text}\n")


def print_calls(calls: list[Call]) -> None:
    """Print the calls of a dry run as one JSON array on standard output."""
    print_json([call.as_dict() for call in calls])


def print_message(text: str) -> None:
    """Print a message on standard error, so that standard output can be piped."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def confirmed(question: str, *, yes: bool) -> bool:
    """Return whether the operator confirms.

    Raises:
        InvalidOption: Standard input is not a terminal, and `yes` is false.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise InvalidOption("Standard input is not a terminal. Add --yes to skip the prompt.")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _json_default(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
