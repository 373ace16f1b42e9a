"""Fixtures of `make smoke`: the deployed studio and the user's token."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from genai_studio.hosts.cli.client.sign_in_file import read_sign_in
from genai_studio.settings import read_settings
from tests.smoke.deployed import DeployedHost

SIGN_IN = "Sign in first: .venv/bin/genai-studio login"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--outputs", type=Path, help="Path of amplify_outputs.json.")


@pytest.fixture(scope="session")
def outputs(request: pytest.FixtureRequest) -> dict[str, Any]:
    path = request.config.getoption("--outputs")
    if path is None or not path.is_file():
        pytest.exit(f"{path} does not exist. Run: make deploy REGION=…", returncode=2)
    outputs: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return outputs


@pytest.fixture(scope="session")
def token(outputs: dict[str, Any]) -> str:
    """Return GENAI_STUDIO_TOKEN, or the token stored by `genai-studio login`."""
    token = os.environ.get("GENAI_STUDIO_TOKEN")
    if token:
        return token
    signed_in = read_sign_in(read_settings(os.environ).data_dir)
    if signed_in is None or not signed_in.is_fresh(datetime.now(UTC)):
        pytest.exit(SIGN_IN, returncode=2)
    if signed_in.appsync_url != outputs["data"]["url"]:
        pytest.exit(f"You are signed in to a different studio. {SIGN_IN}", returncode=2)
    return signed_in.access_token


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=40) as opened:
        yield opened


@pytest.fixture(scope="session")
def appsync(outputs: dict[str, Any], token: str, client: httpx.Client) -> DeployedHost:
    return DeployedHost(outputs["data"]["url"], token, client)


@pytest.fixture(scope="session")
def http(outputs: dict[str, Any], token: str, client: httpx.Client) -> DeployedHost:
    return DeployedHost(outputs["custom"]["http_url"], token, client)
