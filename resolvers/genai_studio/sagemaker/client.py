"""The two ways to a `sagemaker-runtime` client. Create each once: they are thread-safe.

They come from botocore, which makes boto3's too: a function starts sooner without
the rest of boto3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.session import get_session

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 70
"""SageMaker itself gives up after 60 s; it should be the one to say so."""


def _config(connections: int, **more: object) -> Config:
    # One attempt: botocore retries read timeouts, which would start the same
    # image again while the first is still being made.
    return Config(
        retries={"total_max_attempts": 1},
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        max_pool_connections=connections,
        **more,  # type: ignore[arg-type]
    )


def aws_client(region: str | None = None, *, connections: int = 32) -> SageMakerRuntimeClient:
    """A client for AWS, with credentials from the usual chain.

    Args:
        region: None: from the environment or the profile, as boto3 does.
        connections: Calls under way at once, at most.

    Raises:
        botocore.exceptions.NoRegionError: No region is configured anywhere.
    """
    return _client(region_name=region, config=_config(connections))


def loopback_client(
    base_url: str, access_key: str, *, connections: int = 32
) -> SageMakerRuntimeClient:
    """A client for an inference process of this machine (`genai_studio.inference`).

    Args:
        base_url: Such as `http://127.0.0.1:40001`.
        access_key: The key the process was started with.
        connections: Calls under way at once, at most.
    """
    return _client(
        endpoint_url=base_url,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=access_key,
        # An empty mapping, so that HTTP_PROXY of the environment is left aside.
        config=_config(connections, proxies={}),
    )


def _client(**options: Any) -> SageMakerRuntimeClient:
    client: Any = get_session().create_client("sagemaker-runtime", **options)
    return cast("SageMakerRuntimeClient", client)
