"""Find the model that `AWS_SM_EP` serves in the catalog."""

from __future__ import annotations

from dataclasses import replace

from genai_studio.catalog_file import read_catalog
from genai_studio.domain.catalog import STREAMING_FORMAT, Model
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import SageMakerMode, Settings


def aws_model(settings: Settings) -> Model | None:
    """Return the model of the endpoint in AWS. None if no endpoint is configured.

    Raises:
        StudioUnavailable: The catalog has no such model, or it does not support the mode.
    """
    if settings.sagemaker_endpoint is None:
        return None
    models = {model.id: model for model in read_catalog(settings.catalog)}
    model = models.get(settings.sagemaker_model)
    if model is None:
        raise StudioUnavailable(
            f"Unknown model GENAI_STUDIO_SAGEMAKER_MODEL={settings.sagemaker_model}. "
            f"Choose one of: {', '.join(models)}."
        )
    if settings.sagemaker_mode is SageMakerMode.STREAMING and model.format != STREAMING_FORMAT:
        streaming = [one.id for one in models.values() if one.format == STREAMING_FORMAT]
        raise StudioUnavailable(
            f"GENAI_STUDIO_SAGEMAKER_MODE=streaming does not work with {model.id}: its format"
            f" “{model.format}” cannot stream. Use real-time or async, or a model that can:"
            f" {', '.join(streaming)}."
        )
    return replace(
        model,
        endpoint=settings.sagemaker_endpoint,
        streams=_streams(model, settings.sagemaker_mode),
    )


def synchronous_aws_model(settings: Settings) -> Model | None:
    """Return the model of the endpoint in AWS, for a host that cannot receive notifications.

    Raises:
        StudioUnavailable: The catalog has no such model, or the endpoint is asynchronous.
    """
    model = aws_model(settings)
    if model is not None and settings.sagemaker_mode is SageMakerMode.ASYNC:
        raise StudioUnavailable(
            "GENAI_STUDIO_SAGEMAKER_MODE=async works only in an AWS account, where functions "
            "receive the notifications of the endpoint. Use an endpoint that answers at once."
        )
    return model


def _streams(model: Model, mode: SageMakerMode | None) -> bool:
    return model.streams if mode is None else mode is SageMakerMode.STREAMING
