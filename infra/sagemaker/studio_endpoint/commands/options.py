"""Options that several commands have, and what they stand for."""

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
from studio_endpoint.call import Call, Clients
from studio_endpoint.errors import InvalidChoice

Name = Annotated[str, Parameter(name="NAME", help="Of the endpoint (AWS_SM_EP).")]
Region = Annotated[str | None, Parameter(help="AWS region; otherwise AWS_REGION or the profile's.")]
DryRun = Annotated[
    bool, Parameter(negative=(), help="Print every call that would be made, and make none.")
]
Yes = Annotated[bool, Parameter(negative=(), help="Do not ask.")]

_ATTEMPTS = 3


def chosen_region(region: str | None) -> str:
    """The region of an option, the environment or the profile.

    Raises:
        InvalidChoice: There is none.
    """
    # Lambda and the studio say AWS_REGION; boto3 itself reads the other one.
    found = region or os.environ.get("AWS_REGION") or boto3.Session().region_name
    if not found:
        raise InvalidChoice("No AWS region is chosen: give --region, or set AWS_REGION.")
    return found


def aws_clients(region: str) -> Clients:
    """boto3's clients, each made once, with credentials from the usual chain."""
    # Services are chosen by name: boto3's types know one overload for each.
    session: Any = boto3.Session(region_name=region)

    @cache
    def client(service: str) -> BaseClient:
        if service == "sagemaker-runtime":
            return aws_client(region)
        retries = Config(retries={"mode": "standard", "total_max_attempts": _ATTEMPTS})
        made: BaseClient = session.client(service, config=retries)
        return made

    return client


def print_json(answer: object) -> None:
    """An answer on standard output."""
    sys.stdout.write(f"{json.dumps(answer, ensure_ascii=False, indent=2, default=_shown)}\n")


def print_calls(calls: list[Call]) -> None:
    """The calls of a dry run, one JSON array on standard output."""
    print_json([call.shown() for call in calls])


def note(text: str) -> None:
    """Progress and notes, on standard error, so that answers can be piped."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def agreed(question: str, *, yes: bool) -> bool:
    """Whether the operator says yes.

    Raises:
        InvalidChoice: Nobody is there to be asked.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise InvalidChoice("There is no terminal to ask at: say --yes if you mean it.")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
