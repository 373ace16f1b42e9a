"""Create `sagemaker-runtime` clients, for AWS or for a local inference server.

Create each client once: clients are thread-safe. They come from botocore directly,
because importing boto3 would slow down a function's cold start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.session import get_session

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 70
"""Longer than SageMaker's own timeout of 60 s, so that SageMaker reports it."""


def call_config(connections: int, **options: object) -> Config:
    """Return the configuration of clients that invoke models.

    Args:
        connections: Maximum number of concurrent calls.
        options: Further options of botocore's `Config`.
    """
    # No retries: botocore would retry read timeouts and so start the same image
    # again while the endpoint still works on the first request.
    return Config(
        retries={"total_max_attempts": 1},
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        max_pool_connections=connections,
        **options,  # type: ignore[arg-type]
    )


def aws_client(region: str | None = None, *, connections: int = 32) -> SageMakerRuntimeClient:
    """Create a client for AWS with credentials from the default chain.

    Args:
        region: Defaults to the region of the environment or the profile.
        connections: Maximum number of concurrent calls.

    Raises:
        botocore.exceptions.NoRegionError: No region is configured.
    """
    return _client(region_name=region, config=call_config(connections))


def loopback_client(
    base_url: str, access_key: str, *, connections: int = 32
) -> SageMakerRuntimeClient:
    """Create a client for a local inference server (`genai_studio.inference`).

    Args:
        base_url: Such as `http://127.0.0.1:40001`.
        access_key: The access key that the server was started with.
        connections: Maximum number of concurrent calls.
    """
    return _client(
        endpoint_url=base_url,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=access_key,
        # An empty mapping makes botocore ignore HTTP_PROXY.
        config=call_config(connections, proxies={}),
    )


def _client(**options: Any) -> SageMakerRuntimeClient:
    client: Any = get_session().create_client("sagemaker-runtime", **options)
    return cast("SageMakerRuntimeClient", client)
