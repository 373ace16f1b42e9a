"""Create `bedrock-runtime` clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.session import get_session

from genai_studio.sagemaker.client import call_config

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient


def bedrock_client(region: str, *, connections: int = 32) -> BedrockRuntimeClient:
    """Create a client with credentials from the default chain.

    Args:
        region: A region in which Bedrock offers the model. It may differ from the studio's.
        connections: Maximum number of concurrent calls.
    """
    client: Any = get_session().create_client(
        "bedrock-runtime", region_name=region, config=call_config(connections)
    )
    return cast("BedrockRuntimeClient", client)
