from dataclasses import replace
from typing import Any

import pytest

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import EndpointError, StudioUnavailable
from genai_studio.ports import EndpointProgress
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from tests.serving.toy_catalog import a_catalog, a_model
from tests.unit.sagemaker.recordings import a_request_for, inputs_for

IMAGE_TO_IMAGE = Operation.IMAGE_TO_IMAGE


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"format": "dall_e", "streams": False}, "Supported formats: "),
        ({"format": "jumpstart_sdxl", "streams": True}, "cannot stream"),
        (
            {"format": "huggingface", "streams": False, "operations": (IMAGE_TO_IMAGE,)},
            r"other cannot offer IMAGE_TO_IMAGE: .*“huggingface” supports: TEXT_TO_IMAGE",
        ),
        (
            {"format": "jumpstart_inpainting", "streams": False},
            r"cannot offer TEXT_TO_IMAGE: .* supports: INPAINT, OUTPAINT",
        ),
        ({"operations": ()}, "cannot offer nothing: `operations` must name at least one"),
    ],
)
def test_unsupported_format_is_rejected_at_startup(fields: dict[str, Any], why: str) -> None:
    client = loopback_client("http://127.0.0.1:9", "key")
    catalog = a_catalog(a_model(), a_model("other", **fields))
    with pytest.raises(StudioUnavailable, match=why):
        SageMakerEndpoint(lambda model: client, catalog)


@pytest.mark.anyio
@pytest.mark.parametrize("streams", [True, False])
async def test_an_accepted_request_that_the_format_no_longer_supports_is_refused(
    streams: bool,
) -> None:
    """The operator may replace a model while a request for it waits."""
    client = loopback_client("http://127.0.0.1:9", "key")
    model = a_model(format="studio" if streams else "huggingface", streams=streams)
    endpoint = SageMakerEndpoint(lambda model: client, a_catalog(model), max_bytes=lambda model: 99)
    request = replace(a_request_for(IMAGE_TO_IMAGE), model=model.id)
    expected = "the limit is 99" if streams else "model toy cannot perform IMAGE_TO_IMAGE"
    with pytest.raises(EndpointError, match=expected) as refused:
        await endpoint.generate(request, ignore, lambda: False, inputs_for(IMAGE_TO_IMAGE))
    assert not refused.value.failure.retryable


async def ignore(progress: EndpointProgress) -> None:
    pass


@pytest.mark.anyio
async def test_endpoint_is_always_ready_because_it_has_no_health_check() -> None:
    client = loopback_client("http://127.0.0.1:9", "key")
    assert await SageMakerEndpoint(lambda model: client, a_catalog()).ready() is True
