from typing import Any

import pytest

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from tests.serving.toy_catalog import a_catalog, a_model


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"format": "dall_e", "streams": False}, "Supported formats: "),
        ({"format": "jumpstart_sdxl", "streams": True}, "cannot stream"),
    ],
)
def test_unsupported_format_is_rejected_at_startup(fields: dict[str, Any], why: str) -> None:
    client = loopback_client("http://127.0.0.1:9", "key")
    catalog = a_catalog(a_model(), a_model("other", **fields))
    with pytest.raises(StudioUnavailable, match=why):
        SageMakerEndpoint(lambda model: client, catalog)


@pytest.mark.anyio
async def test_endpoint_is_always_ready_because_it_has_no_health_check() -> None:
    client = loopback_client("http://127.0.0.1:9", "key")
    assert await SageMakerEndpoint(lambda model: client, a_catalog()).ready() is True
