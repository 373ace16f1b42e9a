"""The container and the model that an endpoint runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio_endpoint.errors import InvalidOption

CUDA_13_AMI = "al2023-ami-sagemaker-inference-gpu-4-1"
"""Host image with a driver for CUDA 13, which the project's own container requires."""

_PACKAGE = re.compile(r"arn:aws[a-z-]*:sagemaker:(?P<region>[a-z0-9-]+):\d{12}:model-package/.+")
_IMAGE = re.compile(r"\d{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/\S+[:@]\S+")
_S3 = re.compile(r"s3://[a-z0-9][a-z0-9.-]+/\S+")
_GPU = re.compile(r"ml\.[gp]\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """The container of an endpoint.

    Attributes:
        definition: `PrimaryContainer` of `create_model`.
        network_isolation: Whether the container runs without network access. AWS
            Marketplace requires it for model packages.
        download_timeout: Seconds for the download of the model, or None for AWS's default.
        startup_timeout: Seconds until `/ping` must respond with 200, or None for AWS's
            default.
        ami: Host image of the instances, or None for AWS's default.
        volume_gb: Size of the disk, or None for the instance type's default.
        memory_mb: Memory that one copy requires.
        instance_type: Instance type that the publisher recommends, or None.
    """

    definition: Mapping[str, Any]
    network_isolation: bool = False
    download_timeout: int | None = None
    startup_timeout: int | None = None
    ami: str | None = None
    volume_gb: int | None = None
    memory_mb: int = 8192
    instance_type: str | None = field(default=None)


def own_container(
    image: str, archive: str | None, environment: Mapping[str, str], *, gpu: bool
) -> Container:
    """Return the project's own container (`infra/sagemaker/Dockerfile`).

    Args:
        image: URI in Amazon ECR, with tag or digest.
        archive: `s3://…/model.tar.gz`, a prefix that ends with `/` and holds the model's
            files, or None for the built-in model.
        environment: Environment variables of the container.
        gpu: Whether the instance has a GPU.

    Raises:
        InvalidOption: The image or archive does not have the format that AWS accepts.
    """
    if not _IMAGE.fullmatch(image):
        raise InvalidOption(
            f"--image {image}: expected ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG. "
            "SageMaker only accepts images from Amazon ECR."
        )
    return Container(
        definition={
            "Image": image,
            **model_data(archive),
            "Environment": dict(environment),
        },
        # Served models need no network access, so none of them can send data out.
        network_isolation=True,
        download_timeout=1800,
        startup_timeout=600,
        ami=CUDA_13_AMI if gpu else None,
    )


def marketplace_container(package_arn: str, region: str) -> Container:
    """Return the container of an AWS Marketplace model package.

    The account must be subscribed to the package.

    Raises:
        InvalidOption: The ARN is not that of a model package in the region.
    """
    matched = _PACKAGE.fullmatch(package_arn)
    if matched is None:
        raise InvalidOption(f"--marketplace {package_arn}: expected the ARN of a model package.")
    if matched["region"] != region:
        raise InvalidOption(
            f"--marketplace: the package is in {matched['region']}, the endpoint in {region}. "
            "Each region has its own ARN; “Configure” on the model's page shows it."
        )
    return Container(
        definition={"ModelPackageName": package_arn}, network_isolation=True, startup_timeout=1800
    )


def model_data(location: str | None) -> dict[str, Any]:
    """Return the members of a container definition for a model in S3.

    Raises:
        InvalidOption: The location is not an archive or a prefix in S3.
    """
    if location is None:
        return {}
    if not _S3.fullmatch(location):
        raise InvalidOption(
            f"--archive {location}: expected s3://BUCKET/KEY.tar.gz or s3://BUCKET/PREFIX/."
        )
    is_archive = not location.endswith("/")
    if is_archive and not location.endswith((".tar.gz", ".tgz")):
        raise InvalidOption(f"--archive {location}: expected an archive (.tar.gz) or a prefix (/).")
    return {
        "ModelDataSource": {
            "S3DataSource": {
                "S3Uri": location,
                "S3DataType": "S3Object" if is_archive else "S3Prefix",
                "CompressionType": "Gzip" if is_archive else "None",
            }
        }
    }


def has_gpu(instance_type: str) -> bool:
    """Return whether an instance type has an NVIDIA GPU, according to its family."""
    return _GPU.match(instance_type) is not None
