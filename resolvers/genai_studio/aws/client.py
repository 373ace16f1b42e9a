"""boto3's clients. Create each once: they are thread-safe, and take 50 ms to make.

They come from botocore, which makes boto3's too: boto3 itself would add resources
and file transfers that nobody uses here, and a tenth to a function's cold start.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.credentials import Credentials
from botocore.session import Session, get_session

from genai_studio.domain.errors import StudioUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

CONNECTIONS = 32
"""Calls of one client under way at once."""

CONNECT_TIMEOUT_SECONDS = 2
RECORDS_READ_TIMEOUT_SECONDS = 5
"""DynamoDB answers in milliseconds; what takes longer is better tried again."""
QUEUE_READ_TIMEOUT_SECONDS = 10
IMAGES_READ_TIMEOUT_SECONDS = 30
ATTEMPTS = 4


@cache
def _session() -> Session:
    """One for all clients: it reads the services' descriptions and the credentials once."""
    return get_session()


def _client(service: str, region: str | None, config: Config, options: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the service is
    return _session().create_client(service, region_name=region, config=config, **options)


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
        options: More for the client, such as `endpoint_url`.
    """
    client: DynamoDBClient = _client(
        "dynamodb", region, _config(RECORDS_READ_TIMEOUT_SECONDS), options
    )
    return client


def s3_client(region: str | None = None, **options: Any) -> S3Client:
    """A client of S3 that signs with version 4 and the bucket in the host name."""
    config = _config(IMAGES_READ_TIMEOUT_SECONDS).merge(
        # Version 4 also for links: version 2 would be made for some regions.
        Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    )
    if "config" in options:
        config = config.merge(options.pop("config"))
    client: S3Client = _client("s3", region, config, options)
    return client


def sqs_client(region: str | None = None, **options: Any) -> SQSClient:
    """A client of SQS."""
    client: SQSClient = _client("sqs", region, _config(QUEUE_READ_TIMEOUT_SECONDS), options)
    return client


def _config(read_timeout: float) -> Config:
    return Config(
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=read_timeout,
        max_pool_connections=CONNECTIONS,
    )
