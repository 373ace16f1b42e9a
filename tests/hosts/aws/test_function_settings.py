"""Settings of the Lambda functions: a missing or invalid variable is named at the start."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genai_studio.bootstrap.aws import (
    api_parts,
    completion_parts,
    http_parts,
    publisher_parts,
    sweeper_parts,
    verifier_studio,
    worker_parts,
)
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import Settings, read_settings
from tests.hosts.aws.support.lambda_function import FunctionError, invoke
from tests.servers.processes.server import ACCESS_KEY, SECRET_KEY

NEEDED: dict[Callable[[Settings], object], tuple[str, ...]] = {
    api_parts: ("AWS_SM_EP", "OUT_S3_BUCKET_NAME", "GENAI_STUDIO_RECORDS_TABLE"),
    http_parts: (
        "AWS_SM_EP",
        "OUT_S3_BUCKET_NAME",
        "GENAI_STUDIO_RECORDS_TABLE",
        "GENAI_STUDIO_COGNITO_USER_POOL",
        "GENAI_STUDIO_COGNITO_CLIENT",
        "GENAI_STUDIO_SIGNING_KEY",
    ),
    verifier_studio: (
        "AWS_SM_EP",
        "OUT_S3_BUCKET_NAME",
        "GENAI_STUDIO_RECORDS_TABLE",
        "GENAI_STUDIO_SIGNING_KEY",
    ),
    publisher_parts: (
        "OUT_S3_BUCKET_NAME",
        "GENAI_STUDIO_RECORDS_TABLE",
        "GENAI_STUDIO_APPSYNC_URL",
    ),
    worker_parts: (
        "AWS_SM_EP",
        "OUT_S3_BUCKET_NAME",
        "GENAI_STUDIO_RECORDS_TABLE",
        "GENAI_STUDIO_APPSYNC_URL",
        "GENAI_STUDIO_QUEUE_URL",
        "GENAI_STUDIO_SIGNING_KEY",
    ),
    completion_parts: (
        "AWS_SM_EP",
        "OUT_S3_BUCKET_NAME",
        "GENAI_STUDIO_RECORDS_TABLE",
        "GENAI_STUDIO_SIGNING_KEY",
    ),
    sweeper_parts: ("GENAI_STUDIO_RECORDS_TABLE", "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL"),
}
"""Required variables of each function, besides the region, which Lambda sets."""

ANY = {
    "AWS_REGION": "eu-central-1",
    "AWS_SM_EP": "sd21",
    "OUT_S3_BUCKET_NAME": "images",
    "GENAI_STUDIO_RECORDS_TABLE": "records",
    "GENAI_STUDIO_APPSYNC_URL": "https://api.example/graphql",
    "GENAI_STUDIO_QUEUE_URL": "https://sqs.example/1/queue",
    "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL": "https://sqs.example/1/dead",
    "GENAI_STUDIO_COGNITO_USER_POOL": "eu-central-1_Ab12Cd34E",
    "GENAI_STUDIO_COGNITO_CLIENT": "client",
    "GENAI_STUDIO_SIGNING_KEY": "1a2b",
}


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("wire", NEEDED)
def test_missing_variable_is_named(
    wire: Callable[[Settings], object],
) -> None:
    needed = ("AWS_REGION", *NEEDED[wire])
    whole = {name: ANY[name] for name in needed}
    wire(read_settings(whole))

    for missing in needed:
        without = {name: value for name, value in whole.items() if name != missing}
        with pytest.raises(StudioUnavailable, match=missing):
            wire(read_settings(without))


@pytest.mark.usefixtures("signed_in")
def test_async_sweeper_requires_queue_url() -> None:
    """An expired lease may mean a lost notice. Only the worker can decode images to check."""
    environment = ANY | {"GENAI_STUDIO_SAGEMAKER_MODE": "async"}
    sweeper_parts(read_settings(environment))

    del environment["GENAI_STUDIO_QUEUE_URL"]
    with pytest.raises(StudioUnavailable, match="GENAI_STUDIO_QUEUE_URL"):
        sweeper_parts(read_settings(environment))


@pytest.mark.usefixtures("signed_in")
def test_streaming_mode_requires_streaming_format() -> None:
    with pytest.raises(StudioUnavailable, match="cannot stream"):
        worker_parts(read_settings(ANY | {"GENAI_STUDIO_SAGEMAKER_MODE": "streaming"}))


@pytest.mark.anyio
async def test_startup_error_names_missing_variable() -> None:
    with pytest.raises(FunctionError) as failed:
        await invoke("worker", {}, {})

    last = str(failed.value).strip().splitlines()[-1]
    assert "StudioUnavailable: GENAI_STUDIO_QUEUE_URL is not set" in last
