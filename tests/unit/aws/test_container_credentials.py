"""Credentials of a function with SnapStart are fetched when they are used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from botocore.credentials import Credentials, DeferredRefreshableCredentials
from botocore.exceptions import CredentialRetrievalError
from botocore.session import Session

from genai_studio.aws.container_credentials import defer_container_credentials

VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
)


class Endpoint(HTTPServer):
    """An endpoint with the given contents, one for each request."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.contents: list[Any] = []
        self.tokens: list[str | None] = []


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_GET(self) -> None:
        self.server.tokens.append(self.headers.get("authorization"))
        body = json.dumps(self.server.contents.pop(0)).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    with Endpoint() as server:
        monkeypatch.setenv(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI", f"http://127.0.0.1:{server.server_port}/"
        )
        monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container")
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def session() -> Session:
    made = Session()
    defer_container_credentials(made)
    return made


def content(key: str, valid_for: timedelta) -> dict[str, str]:
    return {
        "AccessKeyId": key,
        "SecretAccessKey": "secret",
        "Token": "token",
        "Expiration": (datetime.now(UTC) + valid_for).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def found(made: Session) -> Credentials:
    credentials = made.get_credentials()
    assert credentials is not None
    return credentials


def test_credentials_are_fetched_at_first_use(endpoint: Endpoint) -> None:
    endpoint.contents = [content("FIRST", timedelta(hours=6))]
    made = session()
    made.create_client("dynamodb", region_name="eu-central-1").close()
    credentials = found(made)
    assert endpoint.tokens == []

    assert credentials.get_frozen_credentials().access_key == "FIRST"
    assert credentials.get_frozen_credentials().token == "token"
    assert endpoint.tokens == ["container"]


def test_credentials_are_fetched_again_before_they_expire(endpoint: Endpoint) -> None:
    endpoint.contents = [
        content("FIRST", timedelta(minutes=5)),
        content("SECOND", timedelta(hours=6)),
    ]
    credentials = found(session())

    keys = [credentials.get_frozen_credentials().access_key for _ in range(3)]

    assert keys == ["FIRST", "SECOND", "SECOND"]


def test_incomplete_response_is_an_error_without_secrets(endpoint: Endpoint) -> None:
    endpoint.contents = [{"AccessKeyId": "KEY", "Token": "private"}]

    with pytest.raises(CredentialRetrievalError) as raised:
        found(session()).get_frozen_credentials()
    assert "private" not in str(raised.value)
    assert "SecretAccessKey" not in str(raised.value)


def test_environment_variables_take_precedence(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "VARIABLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    assert found(session()).get_frozen_credentials().access_key == "VARIABLE"
    assert endpoint.tokens == []


def test_token_file_of_other_containers_is_left_to_botocore(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.delenv("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    (tmp_path / "token").write_text("of-the-file", "utf-8")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "token"))
    endpoint.contents = [content("FILE", timedelta(hours=6))]

    credentials = found(session())

    assert not isinstance(credentials, DeferredRefreshableCredentials)
    assert credentials.get_frozen_credentials().access_key == "FILE"
    assert endpoint.tokens == ["of-the-file"]
