"""The servers that stand in for AWS are there, and are what tests take them for."""

from __future__ import annotations

import pytest

from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.running import url_of
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.processes.server import Server


@pytest.mark.parametrize("server", [DYNAMODB_LOCAL, SEAWEEDFS, MINISTACK], ids=lambda it: it.name)
def test_a_server_is_started_once_for_the_whole_run(server: Server) -> None:
    assert url_of(server) == url_of(server)


def test_dynamodb_answers() -> None:
    dynamodb = client("dynamodb", DYNAMODB_LOCAL)

    assert "TableNames" in dynamodb.list_tables()


def test_s3_demands_a_signature_it_knows() -> None:
    s3 = client("s3", SEAWEEDFS)
    stranger = client("s3", SEAWEEDFS, secret_key="another")

    assert "Buckets" in s3.list_buckets()
    with pytest.raises(stranger.exceptions.ClientError, match="SignatureDoesNotMatch"):
        stranger.list_buckets()


def test_sqs_and_cognito_answer() -> None:
    assert client("sqs", MINISTACK).create_queue(QueueName="probe")["QueueUrl"]
    assert "UserPools" in client("cognito-idp", MINISTACK).list_user_pools(MaxResults=1)
