"""Run `genai_studio.inference` as a separate process with a toy or the built-in model."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import httpx
from botocore.config import Config
from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

from genai_studio.inference.settings import BUILTIN, BUILTIN_PIPELINE
from tests.serving.studio_process import environment, until

TOY_PIPELINE = "tests.serving.toy_pipeline:slow"


@contextmanager
def inference_server(pipeline: str = BUILTIN_PIPELINE, **variables: str) -> Iterator[str]:
    """Start the server. Yields its base URL once it accepts work."""
    program = [sys.executable, "-m", "genai_studio.inference", "--attached"]
    process = subprocess.Popen(
        [*program, "--host", "127.0.0.1", "--port", "0", "--pipeline", f"{BUILTIN}={pipeline}"],
        env=environment(**variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
        with httpx.Client(trust_env=False) as client:
            until(
                lambda: client.get(f"{url}/ping").status_code == httpx.codes.OK,
                "the model did not load",
            )
        yield url
    finally:
        process.communicate(timeout=60)


def bare_client(url: str) -> SageMakerRuntimeClient:
    """Create a plain boto3 client for the server."""
    return boto3.client(
        "sagemaker-runtime",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
        config=Config(proxies={}, retries={"total_max_attempts": 1}),
    )
