"""Functions with SnapStart: what is in the snapshot, and what a restored function does.

The hooks are run by Lambda's own runtime client.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from graphql import FieldNode, OperationDefinitionNode, parse, print_ast

from tests.hosts.aws.support.emf import data_of
from tests.hosts.suite.lambda_http_host import api_gateway_event
from tests.servers.processes.server import REGION, ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Lambda's runtime runs on Linux")

PROGRAM = Path(__file__).with_name("snapshot_program.py")
GENERATIONS = (ROOT / "graphql/operations/generations.graphql").read_text("utf-8")
VARIABLES = {"first": 24, "after": None, "filter": {"text": ""}}
POOL, CLIENT = f"{REGION}_Ab12Cd34E", "abc123"
CONTAINER_TOKEN = "token-of-the-container"


class FakeAws(ThreadingHTTPServer):
    """DynamoDB, a user pool's keys, and Lambda's credentials, which change at a restore."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.restored = False
        self.requests: list[tuple[bool, str, str]] = []
        """Whether it followed the restore, the path, and the `Authorization` header."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def reply(self, path: str) -> dict[str, Any]:
        if path == "/credentials":
            expires = datetime.now(UTC) + timedelta(hours=6)
            return {
                "AccessKeyId": "AFTER" if self.restored else "BEFORE",
                "SecretAccessKey": "secret",
                "Token": "session-token",
                "Expiration": expires.isoformat(),
            }
        if path.endswith("/jwks.json"):
            key = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return {"keys": [key | {"kid": "1", "alg": "RS256", "use": "sig"}]}
        return {"Items": [], "Count": 0, "ScannedCount": 0}

    def access_token(self) -> str:
        now = datetime.now(UTC)
        claims = {
            "iss": f"https://cognito-idp.{REGION}.amazonaws.com/{POOL}",
            "sub": "ada",
            "username": "ada",
            "client_id": CLIENT,
            "token_use": "access",
            "iat": now,
            "exp": now + timedelta(hours=1),
        }
        return jwt.encode(claims, self.key, "RS256", headers={"kid": "1"})


class _Handler(BaseHTTPRequestHandler):
    server: FakeAws

    def do_GET(self) -> None:
        if self.path == "/restore":
            self.server.restored = True
        else:
            authorization = self.headers.get("authorization", "")
            self.server.requests.append((self.server.restored, self.path, authorization))
        body = json.dumps(self.server.reply(self.path)).encode()
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def fake_aws() -> Iterator[FakeAws]:
    with FakeAws() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@dataclass
class Run:
    """What a function did.

    Attributes:
        found: The output of `snapshot_program.py`.
        requests: See `FakeAws`.
        lines: Lines of the function's log.
    """

    found: Mapping[str, Any]
    requests: list[tuple[bool, str, str]]
    lines: list[str] = field(default_factory=list)


@cache
def run_of(function: str) -> Run:
    """Take a function through snapshot, restore and two equal calls."""
    with fake_aws() as aws:
        event = resolver_event() if function == "appsync" else http_event(aws.access_token())
        ended = subprocess.run(
            [sys.executable, "-W", "error::ResourceWarning", str(PROGRAM), function, aws.url],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": "resolvers",
                "AWS_REGION": REGION,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{aws.url}/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": CONTAINER_TOKEN,
                "AWS_ENDPOINT_URL_DYNAMODB": aws.url,
                "AWS_SM_EP": "sd21",
                "OUT_S3_BUCKET_NAME": "images",
                "GENAI_STUDIO_RECORDS_TABLE": "records",
                "GENAI_STUDIO_COGNITO_USER_POOL": POOL,
                "GENAI_STUDIO_COGNITO_CLIENT": CLIENT,
                "GENAI_STUDIO_COGNITO_ENDPOINT": aws.url,
                "GENAI_STUDIO_SIGNING_KEY": "arn:aws:kms:eu-central-1:123456789012:key/1a2b",
            },
            input=json.dumps(event),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ended.returncode == 0, ended.stderr
        *lines, last = ended.stdout.splitlines()
        return Run(json.loads(last), aws.requests, lines)


def resolver_event() -> dict[str, Any]:
    """Return AppSync's event for the page's first query."""
    (operation,) = parse(GENERATIONS).definitions
    assert isinstance(operation, OperationDefinitionNode)
    (root,) = operation.selection_set.selections
    assert isinstance(root, FieldNode)
    assert root.selection_set is not None
    return {
        "arguments": VARIABLES,
        "identity": {"claims": {"sub": "ada", "token_use": "access", "exp": 4_102_444_800}},
        "info": {
            "parentTypeName": "Query",
            "fieldName": root.name.value,
            # AppSync's own layout is not the one of the file.
            "selectionSetGraphQL": " ".join(print_ast(root.selection_set).split()),
        },
    }


def http_event(token: str) -> dict[str, Any]:
    body = json.dumps({"query": GENERATIONS, "variables": VARIABLES})
    headers = {"content_type": "application/json", "authorization": f"Bearer {token}"}
    return api_gateway_event("POST", "/graphql", body=body, **headers)


@pytest.fixture(params=["appsync", "http"])
def run(request: pytest.FixtureRequest) -> Run:
    return run_of(request.param)


def test_snapshot_contains_no_connection_and_no_credentials(run: Run) -> None:
    assert run.found["connections"] == [0, 0]
    assert [path for restored, path, _ in run.requests if not restored] == []


def test_restored_function_signs_with_the_credentials_of_its_environment(run: Run) -> None:
    by_path = {path: authorization for _, path, authorization in run.requests}
    assert by_path["/credentials"] == CONTAINER_TOKEN
    assert "Credential=AFTER/" in by_path["/"]
    # They are kept until they expire.
    assert [path for _, path, _ in run.requests].count("/credentials") == 1


def test_restored_environments_draw_different_random_numbers(run: Run) -> None:
    first, second = run.found["without_hook"]
    assert first == second, "the test would not notice a missing hook"
    first, second = run.found["with_hook"]
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_first_call_after_restore_counts_as_cold_start(run: Run) -> None:
    metrics = [{datum.name for datum in data_of(line)} for line in run.lines if data_of(line)]
    assert metrics == [{"ColdStart"}]


def test_no_error_is_logged(run: Run) -> None:
    assert [line for line in run.lines if '"level":"ERROR"' in line] == []


def test_snapshot_contains_the_documents_of_the_clients_and_pillow(run: Run) -> None:
    assert run.found["parsed"] == []
    assert run.found["pillow"] == [False, True]


def test_restored_appsync_function_resolves_a_page() -> None:
    first, second = run_of("appsync").found["results"]
    assert first["edges"] == []
    assert second == first


def test_restored_http_function_answers_a_query() -> None:
    for result in run_of("http").found["results"]:
        assert result["statusCode"] == 200
        assert json.loads(result["body"])["data"]["generations"]["edges"] == []
