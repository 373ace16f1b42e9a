"""What an endpoint runs: an image and a model, wherever they come from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio_endpoint.errors import InvalidChoice

CUDA_13_AMI = "al2023-ami-sagemaker-inference-gpu-4-1"
"""The host image with a driver for CUDA 13, which the project's own container needs."""

_PACKAGE = re.compile(r"arn:aws[a-z-]*:sagemaker:(?P<region>[a-z0-9-]+):\d{12}:model-package/.+")
_IMAGE = re.compile(r"\d{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/\S+[:@]\S+")
_S3 = re.compile(r"s3://[a-z0-9][a-z0-9.-]+/\S+")
_GPU = re.compile(r"ml\.[gp]\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """How SageMaker is told what to run.

    Attributes:
        definition: `PrimaryContainer` of `create_model`.
        isolated: Whether it runs without any network, as a model package of
            AWS Marketplace must.
        download_seconds: What the download of the model may take; None: AWS's own.
        startup_seconds: What the container may take until `/ping` answers 200.
        ami: Host image of the instances; None: AWS's own.
        volume_gb: Size of the disk; None: the instance's own.
        memory_mb: What one copy needs of the instance's memory.
        instance_type: What its maker recommends; None where nobody does.
    """

    definition: Mapping[str, Any]
    isolated: bool = False
    download_seconds: int | None = None
    startup_seconds: int | None = None
    ami: str | None = None
    volume_gb: int | None = None
    memory_mb: int = 8192
    instance_type: str | None = field(default=None)


def own_container(
    image: str, archive: str | None, environment: Mapping[str, str], *, gpu: bool
) -> Container:
    """The project's own container (`infra/sagemaker/Dockerfile`) from a registry of the account.

    Args:
        image: URI in Amazon ECR, with tag or digest.
        archive: `s3://…/model.tar.gz`, or a prefix that ends with `/` and holds
            the model's files; None: the model in the box.
        environment: Variables of the container.
        gpu: Whether the instance has one.

    Raises:
        InvalidChoice: The image or archive is not written as AWS wants it.
    """
    if not _IMAGE.fullmatch(image):
        raise InvalidChoice(
            f"--image {image}: expected ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG. "
            "SageMaker takes images from Amazon ECR alone."
        )
    return Container(
        definition={
            "Image": image,
            **model_data(archive),
            "Environment": dict(environment),
        },
        # The weights are all it needs: nothing it serves may call home.
        isolated=True,
        download_seconds=1800,
        startup_seconds=600,
        ami=CUDA_13_AMI if gpu else None,
    )


def marketplace(package_arn: str, region: str) -> Container:
    """A model package that the account has subscribed to in AWS Marketplace.

    Raises:
        InvalidChoice: It is no model package, or one of another region.
    """
    matched = _PACKAGE.fullmatch(package_arn)
    if matched is None:
        raise InvalidChoice(f"--marketplace {package_arn}: expected the ARN of a model package.")
    if matched["region"] != region:
        raise InvalidChoice(
            f"--marketplace: the package is of {matched['region']}, the endpoint of {region}. "
            "Each region has an ARN of its own; “Configure” on the model's page shows it."
        )
    return Container(
        definition={"ModelPackageName": package_arn}, isolated=True, startup_seconds=1800
    )


def model_data(location: str | None) -> dict[str, Any]:
    """The members of a container definition that say where the model lies.

    Raises:
        InvalidChoice: It is no place in S3.
    """
    if location is None:
        return {}
    if not _S3.fullmatch(location):
        raise InvalidChoice(
            f"--archive {location}: expected s3://BUCKET/KEY.tar.gz or s3://BUCKET/PREFIX/."
        )
    packed = not location.endswith("/")
    if packed and not location.endswith((".tar.gz", ".tgz")):
        raise InvalidChoice(f"--archive {location}: an archive ends with .tar.gz, a prefix with /.")
    return {
        "ModelDataSource": {
            "S3DataSource": {
                "S3Uri": location,
                "S3DataType": "S3Object" if packed else "S3Prefix",
                "CompressionType": "Gzip" if packed else "None",
            }
        }
    }


def has_gpu(instance_type: str) -> bool:
    """Whether an instance type has an NVIDIA GPU, told by its family."""
    return _GPU.match(instance_type) is not None
