"""The container of a JumpStart model, read from JumpStart's catalog by the SageMaker SDK.

The SDK's `build()` creates a bucket and the model immediately, which a dry run cannot show.
This module therefore only reads from the SDK's builder and from JumpStart's catalog, which
is a public bucket. The plan makes the calls. Nothing here changes anything in AWS.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from studio_endpoint.aws.call import Call
from studio_endpoint.aws.error_translation import translated
from studio_endpoint.errors import InvalidOption, RequestRejected, UnknownModel
from studio_endpoint.specification.container import Container, model_data

_SDK_DEFAULTS = {
    "SchemaVersion": "1.0",
    # Otherwise the SDK reports each use to AWS, with calls that no plan shows.
    "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}},
}
_CATALOG = "https://docs.aws.amazon.com/sagemaker/latest/dg/jumpstart-foundation-models-latest.html"


def jumpstart_container(
    model_id: str,
    *,
    region: str,
    role_arn: str,
    instance_type: str | None,
    version: str = "*",
    accept_eula: bool = False,
) -> Container:
    """Return the image, weights, environment variables and time limits of a JumpStart model.

    Args:
        model_id: JumpStart's model ID, such as
            `model-txt2img-stabilityai-stable-diffusion-v2-1-base`.
        region: Region of the endpoint.
        role_arn: Execution role. Without it, the SDK would ask AWS for the caller's role.
        instance_type: Instance type, or None for the one that JumpStart recommends.
        version: Version of the model. `*` is the latest.
        accept_eula: Whether the operator accepts the model's license.

    Raises:
        UnknownModel: JumpStart does not offer the model in this region.
        InvalidOption: The model does not support the instance type.
        StudioEndpointError: The catalog could not be read.
    """
    # The SDK creates a client during import, which reads the region from the environment.
    os.environ.setdefault("AWS_DEFAULT_REGION", region)
    for name in ("sagemaker", "sagemaker.config", "sagemaker.jumpstart"):
        logging.getLogger(name).setLevel(logging.ERROR)
    import sagemaker.serve  # first, because the SDK's modules have a circular import
    from sagemaker.core import instance_types
    from sagemaker.core.helper.session_helper import Session
    from sagemaker.core.jumpstart.configs import JumpStartConfig
    from sagemaker.core.jumpstart.factory.utils import get_init_kwargs
    from sagemaker.core.training.configs import Compute

    session = Session(
        boto_session=boto3.Session(region_name=region), sagemaker_config=_SDK_DEFAULTS
    )
    model = {
        "model_id": model_id,
        "model_version": version,
        "region": region,
        "sagemaker_session": session,
    }
    read = Call("s3", "get_object", {"Model": model_id})
    try:
        supported = instance_types.retrieve(scope="inference", **model)
        chosen = instance_type or instance_types.retrieve_default(scope="inference", **model)
        if chosen not in supported:
            raise InvalidOption(
                f"--instance {chosen}: {model_id} supports {', '.join(sorted(supported))}."
            )
        builder = sagemaker.serve.ModelBuilder.from_jumpstart_config(
            JumpStartConfig(model_id=model_id, model_version=version, accept_eula=accept_eula),
            role_arn=role_arn,
            compute=Compute(instance_type=chosen, instance_count=1),
            sagemaker_session=session,
        )
        # The builder's own build() starts with this call.
        settings = get_init_kwargs(instance_type=chosen, role=role_arn, **model)
    except (ClientError, BotoCoreError) as error:
        raise translated(error, read) from error
    except KeyError as error:
        raise UnknownModel(_unknown(model_id, region)) from error
    except (ValueError, RuntimeError) as error:
        raise RequestRejected(f"JumpStart rejected {model_id} in {region}: {error}") from error
    definition: dict[str, Any] = {
        "Image": settings.image_uri,
        **_model_data(settings.model_data),
        "Environment": dict(settings.env or {}),
    }
    if accept_eula:
        definition["ModelDataSource"]["S3DataSource"]["ModelAccessConfig"] = {"AcceptEula": True}
    return Container(
        definition=definition,
        network_isolation=bool(settings.enable_network_isolation),
        download_timeout=builder.model_data_download_timeout,
        startup_timeout=builder.container_startup_health_check_timeout,
        ami=builder.inference_ami_version,
        volume_gb=builder.volume_size,
        instance_type=chosen,
    )


def _model_data(source: Any) -> dict[str, Any]:  # noqa: ANN401 - an S3 URI or a mapping of the SDK
    if isinstance(source, Mapping):
        return {"ModelDataSource": {"S3DataSource": dict(source["S3DataSource"])}}
    return model_data(source)


def _unknown(model_id: str, region: str) -> str:
    return (
        f"JumpStart has no model {model_id} in {region}. Use a model from {_CATALOG}, "
        "another region, or the project's own container (--image)."
    )
