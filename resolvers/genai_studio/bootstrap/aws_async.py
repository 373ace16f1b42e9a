"""Create the services for an asynchronous endpoint (`GENAI_STUDIO_SAGEMAKER_MODE=async`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genai_studio.domain.catalog import Catalog
from genai_studio.domain.image import attempt_prefix
from genai_studio.imaging.editing.prepare import prepare_edit
from genai_studio.ports import Clock, ImageEncoder, Images, Records
from genai_studio.sagemaker.async_endpoint import SageMakerAsyncEndpoint
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.exchange_keys import claim_prefix
from genai_studio.services.attempt.async_collector import AsyncCollector
from genai_studio.services.attempt.async_starter import AsyncStarter

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

PREFIXES = (attempt_prefix, claim_prefix)
"""Prefixes of a claim's objects: images, and objects exchanged with the endpoint."""


@dataclass(frozen=True, slots=True)
class AsyncParts:
    """The starter for the worker, and the collector for the completion function."""

    starter: AsyncStarter
    collector: AsyncCollector
    exchange: Exchange


def async_parts(
    records: Records,
    images: Images,
    exchange: Exchange,
    runtime: SageMakerRuntimeClient,
    catalog: Catalog,
    clock: Clock,
    encode_image: ImageEncoder,
) -> AsyncParts:
    """Create the starter and the collector of an asynchronous endpoint.

    Raises:
        StudioUnavailable: The catalog names an unknown wire format.
    """
    endpoint = SageMakerAsyncEndpoint(lambda model: runtime, catalog, exchange, clock)
    return AsyncParts(
        AsyncStarter(records, images, endpoint, clock, encode_image, prepare_edit, PREFIXES),
        AsyncCollector(records, images, endpoint, clock, encode_image, prepare_edit, PREFIXES),
        exchange,
    )
