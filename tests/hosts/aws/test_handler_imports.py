"""A function starts cold with what it needs, and with nothing that belongs to another.

Each is imported as Lambda does it: wired from its variables, in a process of
its own. What it may load beyond the standard library is all in the table, so
whatever else comes along (an HTTP client, a server, numpy, the SageMaker SDK,
sqlite3 …) breaks a test here before it slows every start.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache

import pytest

_PROBE = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""

_VARIABLES = {
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_SM_EP": "an-endpoint",
    "GENAI_STUDIO_SAGEMAKER_MODEL": "builtin-emoji",
    "OUT_S3_BUCKET_NAME": "a-bucket",
    "GENAI_STUDIO_RECORDS_TABLE": "a-table",
    "GENAI_STUDIO_APPSYNC_URL": "https://abc.appsync-api.eu-central-1.amazonaws.com/graphql",
    "GENAI_STUDIO_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/work",
    "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/dead",
    "GENAI_STUDIO_COGNITO_USER_POOL": "eu-central-1_Ab12Cd34E",
    "GENAI_STUDIO_COGNITO_CLIENT": "abc123",
}

_AWS = {"botocore", "dateutil", "jmespath", "six", "urllib3"}
# botocore looks whether certifi is there; in a bundle it is not.
_EVERY = _AWS | {"aws_lambda_powertools", "certifi", "msgspec", "platformdirs", "uuid_utils"}
_EVERY |= {"genai_studio", "typing_extensions"}
_GRAPHQL = {"graphql", "strawberry"}
_TOKENS = {"jwt", "cryptography"}
_HTTP = {"mangum", "starlette", "anyio"}
_IMAGES = {"PIL", "thumbhash"}
_ENDPOINT = {"anyio"}

TABLE = [
    ("appsync", "streaming", _GRAPHQL),
    ("http", "streaming", _GRAPHQL | _TOKENS | _HTTP),
    ("publisher", "streaming", _GRAPHQL),
    ("sweeper", "streaming", set()),
    ("worker", "streaming", _GRAPHQL | _IMAGES | _ENDPOINT),
    ("worker", "async", _IMAGES | _ENDPOINT),
    ("completion", "async", _IMAGES | _ENDPOINT),
]


@cache
def loaded_by(function: str, mode: str) -> frozenset[str]:
    """The packages that are in memory once a function has started."""
    probe = subprocess.run(
        [sys.executable, "-c", _PROBE, f"genai_studio.hosts.aws.functions.{function}"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": "resolvers",
            "GENAI_STUDIO_SAGEMAKER_MODE": mode,
            **_VARIABLES,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return frozenset(json.loads(probe.stdout.splitlines()[-1]))


@pytest.mark.parametrize(("function", "mode", "needed"), TABLE)
def test_a_function_loads_what_it_needs_and_nothing_else(
    function: str, mode: str, needed: set[str]
) -> None:
    foreign = {
        name
        for name in loaded_by(function, mode) - sys.stdlib_module_names
        if not name.startswith("_")
    }

    assert foreign - _EVERY == needed


@pytest.mark.parametrize(("function", "mode", "needed"), TABLE)
def test_no_function_brings_what_belongs_to_one_machine(
    function: str, mode: str, needed: set[str]
) -> None:
    assert not loaded_by(function, mode) & {"sqlite3", "multiprocessing", "webbrowser"}
