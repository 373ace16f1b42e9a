"""Each function loads only the packages that it needs, to keep its cold start short.

The tests import each function as Lambda does: in a new process, wired from its
environment variables. `TABLE` lists all packages that a function may load. Any other
(an HTTP client, a server, numpy, the SageMaker SDK, sqlite3, …) fails a test.
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
    "GENAI_STUDIO_SIGNING_KEY": "arn:aws:kms:eu-central-1:123456789012:key/1a2b",
}

_BEDROCK = {"GENAI_STUDIO_BEDROCK_MODEL": "stability.sd3-5-large-v1:0", "AWS_SM_EP": ""}

_AWS = {"botocore", "dateutil", "jmespath", "six", "urllib3"}
# botocore tries to import certifi. The bundles do not contain it.
_EVERY = _AWS | {"aws_lambda_powertools", "certifi", "msgspec", "platformdirs", "uuid_utils"}
_EVERY |= {"genai_studio", "typing_extensions"}
_GRAPHQL = {"graphql", "strawberry"}
_TOKENS = {"jwt", "cryptography"}
_HTTP = {"mangum", "starlette", "anyio"}
_IMAGES = {"PIL", "thumbhash"}
_ENDPOINT = {"anyio"}
# Lambda's runtime has it.
_HOOKS = {"snapshot_restore_py"} if sys.platform == "linux" else set()

TABLE = [
    ("appsync", "streaming", _GRAPHQL | _HOOKS),
    ("http", "streaming", _GRAPHQL | _TOKENS | _HTTP | _HOOKS),
    ("publisher", "streaming", _GRAPHQL),
    ("sweeper", "streaming", set()),
    ("worker", "streaming", _GRAPHQL | _IMAGES | _ENDPOINT),
    ("worker", "async", _IMAGES | _ENDPOINT),
    ("worker", "bedrock", _GRAPHQL | _IMAGES | _ENDPOINT),
    ("completion", "async", _IMAGES | _ENDPOINT),
    ("verifier", "streaming", _GRAPHQL),
]


@cache
def loaded_by(function: str, mode: str) -> frozenset[str]:
    """Return the packages that a function has loaded after its start."""
    probe = subprocess.run(
        [sys.executable, "-c", _PROBE, f"genai_studio.hosts.aws.functions.{function}"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": "resolvers",
            **_VARIABLES,
            **(_BEDROCK if mode == "bedrock" else {"GENAI_STUDIO_SAGEMAKER_MODE": mode}),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return frozenset(json.loads(probe.stdout.splitlines()[-1]))


@pytest.mark.parametrize(("function", "mode", "needed"), TABLE)
def test_function_loads_only_needed_packages(function: str, mode: str, needed: set[str]) -> None:
    foreign = {
        name
        for name in loaded_by(function, mode) - sys.stdlib_module_names
        if not name.startswith("_")
    }

    assert foreign - _EVERY == needed


@pytest.mark.parametrize(("function", "mode", "needed"), TABLE)
def test_function_loads_no_local_only_modules(function: str, mode: str, needed: set[str]) -> None:
    assert not loaded_by(function, mode) & {"sqlite3", "multiprocessing", "webbrowser"}
