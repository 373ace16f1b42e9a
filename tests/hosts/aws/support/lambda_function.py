"""Invoke a Lambda function as deployed: in a new process with its environment variables."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.running import url_of
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.processes.server import ACCESS_KEY, REGION, ROOT, SECRET_KEY

_PROGRAM = """
import importlib, json, sys
from types import SimpleNamespace

event, name, seconds = json.load(sys.stdin)
context = SimpleNamespace(
    function_name=name,
    memory_limit_in_mb=512,
    invoked_function_arn=f"arn:aws:lambda:eu-central-1:123456789012:function:{name}",
    aws_request_id="8476a536-e9f4-11e8-9739-2dfe598c3fcd",
    get_remaining_time_in_millis=lambda: seconds * 1000,
)
handler = importlib.import_module(f"genai_studio.hosts.aws.functions.{name}").handler
result = handler(event, context)
print()
print(json.dumps(result))
"""


def _python_of_checkout(_: str) -> list[str]:
    return [sys.executable]


python: Callable[[str], list[str]] = _python_of_checkout
"""Returns the Python command for a function, by name. The tests of the bundles
replace it."""


class FunctionError(Exception):
    """The function raised or failed to start. The message is its standard error."""


async def invoke(
    name: str, event: Mapping[str, Any], environment: Mapping[str, str], *, seconds: int = 360
) -> Any:
    """Start a function, invoke it once and return its result.

    Args:
        name: Name of a module of `genai_studio.hosts.aws.functions`.
        environment: Environment variables, in addition to those that Lambda sets.
        seconds: The function's timeout.

    Raises:
        FunctionError: The function failed.
    """
    ended = await asyncio.to_thread(
        subprocess.run,
        [*python(name), "-W", "error::ResourceWarning", "-c", _PROGRAM],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": "resolvers",
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            **environment,
        },
        input=json.dumps([event, name, seconds]),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise FunctionError(ended.stderr)
    return json.loads(ended.stdout.splitlines()[-1])


def loopback() -> dict[str, str]:
    """Return boto3's environment variables for the local AWS emulators."""
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": url_of(DYNAMODB_LOCAL),
        "AWS_ENDPOINT_URL_S3": url_of(SEAWEEDFS),
        "AWS_ENDPOINT_URL_SQS": url_of(MINISTACK),
        "AWS_ENDPOINT_URL_KMS": url_of(MINISTACK),
    }
