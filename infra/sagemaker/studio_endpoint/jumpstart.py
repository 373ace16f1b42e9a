"""What JumpStart knows of a model, by the SageMaker SDK.

The SDK's own `build()` would make a bucket and the model at once and could not
be shown before, so its builder and its catalogue are asked, and the calls are
made by the plan. Nothing here changes anything in AWS: JumpStart's catalogue is
a public bucket, which is read.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from studio_endpoint.call import Call
from studio_endpoint.container import Container, model_data
from studio_endpoint.errors import InvalidChoice, Refused, UnknownModel, problem

_SDK_DEFAULTS = {
    "SchemaVersion": "1.0",
    # Otherwise the SDK tells AWS of each use, by calls that no plan shows.
    "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}},
}
_CATALOGUE = (
    "https://docs.aws.amazon.com/sagemaker/latest/dg/jumpstart-foundation-models-latest.html"
)


def jumpstart(
    model_id: str,
    *,
    region: str,
    role_arn: str,
    instance_type: str | None,
    version: str = "*",
    accept_eula: bool = False,
) -> Container:
    """Image, weights, variables and patience of a JumpStart model.

    Args:
        model_id: JumpStart's own, such as
            `model-txt2img-stabilityai-stable-diffusion-v2-1-base`.
        region: Where it will run.
        role_arn: Execution role; without one, the SDK would ask AWS for the caller's.
        instance_type: None: the one JumpStart recommends.
        version: `*` is the newest.
        accept_eula: Whether the operator accepts the model's licence.

    Raises:
        UnknownModel: JumpStart does not have it in this region.
        InvalidChoice: It does not run on this instance type.
        EndpointProblem: The catalogue could not be read.
    """
    # The SDK makes a client while it is imported, and takes no region but the environment's.
    os.environ.setdefault("AWS_DEFAULT_REGION", region)
    for name in ("sagemaker", "sagemaker.config", "sagemaker.jumpstart"):
        logging.getLogger(name).setLevel(logging.ERROR)
    import sagemaker.serve  # first: the SDK's modules import each other in a circle
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
            raise InvalidChoice(
                f"--instance {chosen}: {model_id} runs on {', '.join(sorted(supported))}."
            )
        builder = sagemaker.serve.ModelBuilder.from_jumpstart_config(
            JumpStartConfig(model_id=model_id, model_version=version, accept_eula=accept_eula),
            role_arn=role_arn,
            compute=Compute(instance_type=chosen, instance_count=1),
            sagemaker_session=session,
        )
        # What the builder's own build() begins with.
        told = get_init_kwargs(instance_type=chosen, role=role_arn, **model)
    except (ClientError, BotoCoreError) as error:
        raise problem(error, read) from error
    except KeyError as error:
        raise UnknownModel(_unknown(model_id, region)) from error
    except (ValueError, RuntimeError) as error:
        raise Refused(f"JumpStart, of {model_id} in {region}: {error}") from error
    definition: dict[str, Any] = {
        "Image": told.image_uri,
        **_model_data(told.model_data),
        "Environment": dict(told.env or {}),
    }
    if accept_eula:
        definition["ModelDataSource"]["S3DataSource"]["ModelAccessConfig"] = {"AcceptEula": True}
    return Container(
        definition=definition,
        isolated=bool(told.enable_network_isolation),
        download_seconds=builder.model_data_download_timeout,
        startup_seconds=builder.container_startup_health_check_timeout,
        ami=builder.inference_ami_version,
        volume_gb=builder.volume_size,
        instance_type=chosen,
    )


def _model_data(told: Any) -> dict[str, Any]:  # noqa: ANN401 - the SDK's: an address or a source
    if isinstance(told, Mapping):
        return {"ModelDataSource": {"S3DataSource": dict(told["S3DataSource"])}}
    return model_data(told)


def _unknown(model_id: str, region: str) -> str:
    return (
        f"JumpStart has no model {model_id} in {region}. Choose another one of {_CATALOGUE}, "
        "another region, or the project's own container (--image)."
    )
