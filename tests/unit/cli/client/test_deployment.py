from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from genai_studio.hosts.cli.client.deployment import read_deployment
from genai_studio.hosts.cli.output.failures import CommandFailed

AUTH = {"user_pool_id": "eu-central-1_Ab12Cd34E", "user_pool_client_id": "abc123"}


def written(path: Path, outputs: Any) -> Path:
    file = path / "amplify_outputs.json"
    file.write_text(json.dumps(outputs), "utf-8")
    return file


def test_read_deployment_from_amplify_outputs(tmp_path: Path) -> None:
    outputs = {
        "version": "1.4",
        "auth": AUTH | {"aws_region": "eu-central-1", "mfa_configuration": "NONE"},
        "data": {"url": "https://abc.appsync-api.eu-central-1.amazonaws.com/graphql"},
        "custom": {"http_url": "https://def.execute-api.eu-central-1.amazonaws.com/graphql"},
    }

    deployment = read_deployment(written(tmp_path, outputs))

    assert deployment.pool.pool_id == "eu-central-1_Ab12Cd34E"
    assert deployment.pool.endpoint == "https://cognito-idp.eu-central-1.amazonaws.com"
    assert deployment.appsync_url == "https://abc.appsync-api.eu-central-1.amazonaws.com/graphql"
    assert deployment.http_url == "https://def.execute-api.eu-central-1.amazonaws.com/graphql"


def test_a_custom_user_pool_endpoint_is_used(tmp_path: Path) -> None:
    custom = {"studio": {"mode": "cognito", "userPoolEndpoint": "http://127.0.0.1:4566"}}

    deployment = read_deployment(written(tmp_path, {"auth": AUTH, "custom": custom}))

    assert deployment.pool.endpoint == "http://127.0.0.1:4566"
    assert deployment.appsync_url is None


@pytest.mark.parametrize(
    ("outputs", "named"),
    [
        ({"version": "1.4"}, "auth"),
        ({"auth": {"user_pool_id": "eu-central-1_Ab12Cd34E"}}, "user_pool_client_id"),
        ({"auth": AUTH | {"user_pool_id": "pool"}}, "eu-central-1_Ab12Cd34E"),
        ([], "object"),
    ],
)
def test_a_file_without_a_user_pool_is_rejected(tmp_path: Path, outputs: Any, named: str) -> None:
    with pytest.raises(CommandFailed, match=f"amplify_outputs.json .*{named}"):
        read_deployment(written(tmp_path, outputs))
