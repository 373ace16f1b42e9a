"""Create botocore clients for AWS services.

Create each client once: clients are thread-safe, and creating one takes 50 ms.
The clients come from botocore directly. Importing boto3 would add unused features
(resources, S3 transfers) and 10% to a function's cold start.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.credentials import Credentials
from botocore.session import Session, get_session

from genai_studio.aws.container_credentials import defer_container_credentials
from genai_studio.domain.errors import StudioUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

CONNECTIONS = 32
"""Connection pool size of one client, and so its maximum number of concurrent calls."""

CONNECT_TIMEOUT_SECONDS = 2
RECORDS_READ_TIMEOUT_SECONDS = 5
"""DynamoDB responds within milliseconds. A slow request is better retried."""
QUEUE_READ_TIMEOUT_SECONDS = 10
IMAGES_READ_TIMEOUT_SECONDS = 30
KEYS_READ_TIMEOUT_SECONDS = 5
MAX_ATTEMPTS = 4


@cache
def _session() -> Session:
    """Return the shared session, which caches service models and credentials."""
    session = get_session()
    defer_container_credentials(session)
    return session


def _client(service: str, region: str | None, config: Config, options: dict[str, Any]) -> Any:  # noqa: ANN401 - the type depends on the service
    return _session().create_client(service, region_name=region, config=config, **options)


def credentials() -> Credentials:
    """Return the credentials of the default chain. Temporary ones refresh themselves.

    Raises:
        StudioUnavailable: The chain yields no credentials.
    """
    found = _session().get_credentials()
    if found is None:
        raise StudioUnavailable("No AWS credentials found in the default credential chain.")
    return found


def dynamodb_client(region: str | None = None, **options: Any) -> DynamoDBClient:
    """Create a DynamoDB client with credentials from the default chain.

    Args:
        region: Defaults to the region of the environment or the profile.
        options: Further options of `create_client`, such as `endpoint_url`.
    """
    client: DynamoDBClient = _client(
        "dynamodb", region, _config(RECORDS_READ_TIMEOUT_SECONDS), options
    )
    return client


def s3_client(region: str | None = None, **options: Any) -> S3Client:
    """Create an S3 client that uses Signature Version 4 and `BUCKET.s3.REGION` host names.

    The page's Content-Security-Policy allows exactly this host name.
    """
    config = _config(IMAGES_READ_TIMEOUT_SECONDS).merge(
        Config(
            # Without this, botocore presigns URLs with version 2 in some regions.
            signature_version="s3v4",
            # Without the second option, botocore uses the global host name in us-east-1.
            s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
        )
    )
    if "config" in options:
        config = config.merge(options.pop("config"))
    client: S3Client = _client("s3", region, config, options)
    return client


def sqs_client(region: str | None = None, **options: Any) -> SQSClient:
    """Create an SQS client."""
    client: SQSClient = _client("sqs", region, _config(QUEUE_READ_TIMEOUT_SECONDS), options)
    return client


def kms_client(region: str | None = None, **options: Any) -> KMSClient:
    """Create a KMS client."""
    client: KMSClient = _client("kms", region, _config(KEYS_READ_TIMEOUT_SECONDS), options)
    return client


def _config(read_timeout: float) -> Config:
    return Config(
        retries={"mode": "standard", "total_max_attempts": MAX_ATTEMPTS},
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=read_timeout,
        max_pool_connections=CONNECTIONS,
    )
