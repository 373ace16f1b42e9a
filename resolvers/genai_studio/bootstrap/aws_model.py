"""The model behind `AWS_SM_EP`, as the catalog and the settings describe it."""

from __future__ import annotations

from dataclasses import replace

from genai_studio.catalog_file import read_models
from genai_studio.domain.catalog import Model
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import SageMakerMode, Settings


def aws_model(settings: Settings) -> Model | None:
    """The catalog's model that the endpoint in AWS serves; None where none is named.

    Raises:
        StudioUnavailable: The catalog does not know the model.
    """
    if settings.sagemaker_endpoint is None:
        return None
    offered = {model.id: model for model in read_models()}
    model = offered.get(settings.sagemaker_model)
    if model is None:
        known = ", ".join(offered)
        raise StudioUnavailable(
            f"GENAI_STUDIO_SAGEMAKER_MODEL={settings.sagemaker_model}: the catalog knows {known}."
        )
    return replace(
        model,
        endpoint=settings.sagemaker_endpoint,
        streams=_streams(model, settings.sagemaker_mode),
    )


def aws_model_waited_for(settings: Settings) -> Model | None:
    """The same for a studio that has nobody who hears of answers that come later.

    Raises:
        StudioUnavailable: The endpoint is asynchronous.
    """
    model = aws_model(settings)
    if model is not None and settings.sagemaker_mode is SageMakerMode.ASYNC:
        raise StudioUnavailable(
            "GENAI_STUDIO_SAGEMAKER_MODE=async works in an AWS account alone, where functions "
            "hear of answers that come later. Here, name an endpoint that answers at once."
        )
    return model


def _streams(model: Model, mode: SageMakerMode | None) -> bool:
    return model.streams if mode is None else mode is SageMakerMode.STREAMING
