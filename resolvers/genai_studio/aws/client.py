"""boto3's clients. Create each once: they are thread-safe, and take 50 ms to make."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.credentials import Credentials

from genai_studio.domain.errors import StudioUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from genai_studio.aws.change_feed import StreamsClient

CONNECTIONS = 32
"""Calls of one client under way at once."""

CONNECT_TIMEOUT_SECONDS = 2
RECORDS_READ_TIMEOUT_SECONDS = 5
"""DynamoDB answers in milliseconds; what takes longer is better tried again."""
QUEUE_READ_TIMEOUT_SECONDS = 10
IMAGES_READ_TIMEOUT_SECONDS = 30
ATTEMPTS = 4


@cache
def _session() -> boto3.Session:
    """One for all clients: it reads the services' descriptions and the credentials once."""
    return boto3.Session()


def credentials() -> Credentials:
    """What the clients sign with, from the usual chain; it renews itself where it ends.

    Raises:
        StudioUnavailable: There is none.
    """
    found = _session().get_credentials()
    if found is None:
        raise StudioUnavailable("There are no AWS credentials to sign with.")
    return found


def dynamodb_client(region: str | None = None, **options: Any) -> DynamoDBClient:
    """A client of DynamoDB, with credentials from the usual chain.

    Args:
        region: None: from the environment or the profile, as boto3 does.
        options: More for `boto3.client`, such as `endpoint_url`.
    """
    return _session().client(
        "dynamodb", region_name=region, config=_config(RECORDS_READ_TIMEOUT_SECONDS), **options
    )


def streams_client(region: str | None = None, **options: Any) -> StreamsClient:
    """A client of DynamoDB Streams, for `ChangeFeed`."""
    client: StreamsClient = _session().client(
        "dynamodbstreams",
        region_name=region,
        config=_config(RECORDS_READ_TIMEOUT_SECONDS),
        **options,
    )
    return client


def s3_client(region: str | None = None, **options: Any) -> S3Client:
    """A client of S3 that signs with version 4 and the bucket in the host name."""
    config = _config(IMAGES_READ_TIMEOUT_SECONDS).merge(
        # Version 4 also for links: version 2 would be made for some regions.
        Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    )
    return _session().client(
        "s3",
        region_name=region,
        config=config if "config" not in options else config.merge(options.pop("config")),
        **options,
    )


def sqs_client(region: str | None = None, **options: Any) -> SQSClient:
    """A client of SQS."""
    return _session().client(
        "sqs", region_name=region, config=_config(QUEUE_READ_TIMEOUT_SECONDS), **options
    )


def _config(read_timeout: float) -> Config:
    return Config(
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=read_timeout,
        max_pool_connections=CONNECTIONS,
    )
