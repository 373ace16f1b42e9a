"""What a studio in AWS has besides, where its endpoint answers later
(`GENAI_STUDIO_SAGEMAKER_MODE=async`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genai_studio.domain.catalog import Catalog
from genai_studio.domain.image import attempt_prefix
from genai_studio.imaging.stored_image import encode_image
from genai_studio.ports import Clock, Images, Records
from genai_studio.sagemaker.async_endpoint import SageMakerAsyncEndpoint
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.exchange_keys import claim_prefix
from genai_studio.services.attempt.async_collect import Collect
from genai_studio.services.attempt.async_start import Start

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

PREFIXES = (attempt_prefix, claim_prefix)
"""Where a claim leaves something: images, and what it exchanged with the endpoint."""


@dataclass(frozen=True, slots=True)
class AsyncParts:
    """Asking, for the worker; collecting, for whoever is told of an answer."""

    start: Start
    collect: Collect
    exchange: Exchange


def async_parts(
    records: Records,
    images: Images,
    exchange: Exchange,
    runtime: SageMakerRuntimeClient,
    catalog: Catalog,
    clock: Clock,
) -> AsyncParts:
    """Wire both ends of the way over an asynchronous endpoint.

    Raises:
        StudioUnavailable: The catalog names a format that is not spoken here.
    """
    endpoint = SageMakerAsyncEndpoint(lambda model: runtime, catalog, exchange, clock)
    return AsyncParts(
        Start(records, images, endpoint, clock, encode_image, PREFIXES),
        Collect(records, images, endpoint, clock, encode_image, PREFIXES),
        exchange,
    )
