"""Tests that the test servers start and behave like the AWS services that they replace."""

from __future__ import annotations

import pytest

from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.running import url_of
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.processes.server import Server


@pytest.mark.parametrize(
    "server", [DYNAMODB_LOCAL, SEAWEEDFS, MINISTACK], ids=lambda server: server.name
)
def test_server_starts_once_per_run(server: Server) -> None:
    assert url_of(server) == url_of(server)


def test_dynamodb_responds() -> None:
    dynamodb = client("dynamodb", DYNAMODB_LOCAL)

    assert "TableNames" in dynamodb.list_tables()


def test_s3_verifies_signatures() -> None:
    s3 = client("s3", SEAWEEDFS)
    wrong_key = client("s3", SEAWEEDFS, secret_key="another")

    assert "Buckets" in s3.list_buckets()
    with pytest.raises(wrong_key.exceptions.ClientError, match="SignatureDoesNotMatch"):
        wrong_key.list_buckets()


def test_sqs_and_cognito_respond() -> None:
    assert client("sqs", MINISTACK).create_queue(QueueName="probe")["QueueUrl"]
    assert "UserPools" in client("cognito-idp", MINISTACK).list_user_pools(MaxResults=1)
