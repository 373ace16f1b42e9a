"""AWS clients limit their retries and have timeouts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from genai_studio.aws import client
from genai_studio.aws.client import (
    CONNECT_TIMEOUT_SECONDS,
    MAX_ATTEMPTS,
    dynamodb_client,
    s3_client,
    sqs_client,
)
from genai_studio.bootstrap.aws_account import AwsAccount
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import Settings

REGION = "eu-central-1"


@pytest.fixture(autouse=True)
def fresh_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_session", client._session.__wrapped__)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")


@pytest.mark.parametrize("make", [dynamodb_client, s3_client, sqs_client])
def test_clients_have_retries_and_timeouts(make: Callable[..., Any]) -> None:
    config = make(REGION).meta.config

    assert config.retries == {"mode": "standard", "total_max_attempts": MAX_ATTEMPTS}
    assert config.connect_timeout == CONNECT_TIMEOUT_SECONDS
    assert config.read_timeout <= 30


def test_environment_cannot_enable_endpoint_retries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only the state machine retries, because each invocation costs money."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    account = AwsAccount(Settings(region=REGION))

    config: Any = account.runtime.meta.config

    assert config.retries["total_max_attempts"] == 1
    assert config.read_timeout == 70


def test_account_creates_each_client_once() -> None:
    account = AwsAccount(Settings(region=REGION, records_table="records", bucket="images"))

    assert account.dynamodb is account.dynamodb
    assert account.records is account.records
    assert account.images is account.images


def test_missing_credentials_raise_unavailable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")

    with pytest.raises(StudioUnavailable, match="credentials"):
        client.credentials()
