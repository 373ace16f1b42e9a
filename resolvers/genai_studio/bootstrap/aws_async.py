"""What a studio in AWS has besides, where its endpoint answers later
(`GENAI_STUDIO_SAGEMAKER_MODE=async`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genai_studio.domain.catalog import Catalogue
from genai_studio.domain.image import attempt_prefix
from genai_studio.imaging.stored_image import store_form
from genai_studio.ports import Clock, Images, Records
from genai_studio.sagemaker.async_endpoint import SageMakerAsyncEndpoint
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.exchange_keys import claim_prefix
from genai_studio.services.attempt.async_collect import Collect
from genai_studio.services.attempt.async_start import Start

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

PREFIXES = (attempt_prefix, claim_prefix)
"""Where a claim leaves something: pictures, and what it exchanged with the endpoint."""


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
    catalogue: Catalogue,
    clock: Clock,
) -> AsyncParts:
    """Wire both ends of the way over an asynchronous endpoint.

    Raises:
        StudioUnavailable: The catalogue names a format that is not spoken here.
    """
    endpoint = SageMakerAsyncEndpoint(lambda model: runtime, catalogue, exchange, clock)
    return AsyncParts(
        Start(records, images, endpoint, clock, store_form, PREFIXES),
        Collect(records, images, endpoint, clock, store_form, PREFIXES),
        exchange,
    )
