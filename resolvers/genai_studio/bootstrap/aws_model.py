"""Find the model in AWS that the settings select: of an endpoint, or in Amazon Bedrock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from genai_studio.catalog_file import read_catalog
from genai_studio.domain.catalog import STREAMING_FORMAT, Model
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import SageMakerMode, Settings


def aws_model(settings: Settings) -> Model | None:
    """Return the model in AWS. None if neither an endpoint nor a Bedrock model is configured.

    Raises:
        StudioUnavailable: The catalog has no such model, or the settings exclude each other.
    """
    if settings.bedrock_model is not None:
        return _bedrock_model(settings, settings.bedrock_model)
    if settings.sagemaker_endpoint is None:
        return None
    models = _endpoint_models(settings)
    model = models.get(settings.sagemaker_model)
    if model is None:
        raise StudioUnavailable(_unknown_model(settings, models))
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
    """Return the model in AWS, for a host that cannot receive notifications.

    Raises:
        StudioUnavailable: See `aws_model`, or the endpoint is asynchronous.
    """
    model = aws_model(settings)
    if model is not None and settings.sagemaker_mode is SageMakerMode.ASYNC:
        raise StudioUnavailable(
            "GENAI_STUDIO_SAGEMAKER_MODE=async works only in an AWS account, where functions "
            "receive the notifications of the endpoint. Use an endpoint that answers at once."
        )
    return model


def _bedrock_model(settings: Settings, model_id: str) -> Model:
    if settings.sagemaker_endpoint is not None:
        raise StudioUnavailable(
            f"AWS_SM_EP={settings.sagemaker_endpoint} and GENAI_STUDIO_BEDROCK_MODEL={model_id}"
            " exclude each other: a studio uses one model in AWS. Set only one of them."
        )
    if settings.sagemaker_mode not in (None, SageMakerMode.REAL_TIME):
        raise StudioUnavailable(
            f"GENAI_STUDIO_SAGEMAKER_MODE={settings.sagemaker_mode.value} does not work with"
            f" GENAI_STUDIO_BEDROCK_MODEL={model_id}: Amazon Bedrock returns images in one"
            " response. Remove the mode."
        )
    found = {
        model.bedrock.model_id: (model, model.bedrock.regions)
        for model in read_catalog(settings.catalog)
        if model.bedrock is not None
    }
    if model_id not in found:
        raise StudioUnavailable(
            f"Unknown model GENAI_STUDIO_BEDROCK_MODEL={model_id}. "
            f"Choose one of: {', '.join(found)}."
        )
    model, regions = found[model_id]
    if settings.bedrock_region not in regions:
        raise StudioUnavailable(
            f"Amazon Bedrock does not offer {model_id} in"
            f" GENAI_STUDIO_BEDROCK_REGION={settings.bedrock_region}."
            f" Choose one of: {', '.join(regions)}. If AWS has added the region since, add it to"
            " the entry of the model in a catalog file of your own."
        )
    return replace(model, streams=False)


def _endpoint_models(settings: Settings) -> dict[str, Model]:
    """Return the models that an endpoint can serve, by ID."""
    return {model.id: model for model in read_catalog(settings.catalog) if model.bedrock is None}


def _unknown_model(settings: Settings, models: Mapping[str, Model]) -> str:
    setting = f"GENAI_STUDIO_SAGEMAKER_MODEL={settings.sagemaker_model}"
    for model in read_catalog(settings.catalog):
        if model.id == settings.sagemaker_model and model.bedrock is not None:
            return (
                f"{setting} is a model in Amazon Bedrock, which needs no endpoint. Remove AWS_SM_EP"
                f" and set GENAI_STUDIO_BEDROCK_MODEL={model.bedrock.model_id}."
            )
    return f"Unknown model {setting}. Choose one of: {', '.join(models)}."


def _streams(model: Model, mode: SageMakerMode | None) -> bool:
    return model.streams if mode is None else mode is SageMakerMode.STREAMING
