"""Validation of a deployment's options before any call to AWS."""

from __future__ import annotations

from typing import Any

import pytest

from studio_endpoint.errors import InvalidOption
from studio_endpoint.specification.container import (
    has_gpu,
    marketplace_container,
    model_data,
    own_container,
)
from studio_endpoint.specification.deployment import Mode
from tests.infra.sagemaker.control_plane import ACCOUNT, REGION
from tests.infra.sagemaker.deployments import IMAGE, make_deployment

PACKAGE = f"arn:aws:sagemaker:{REGION}:865070037744:model-package/sd35-large-1"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "two words"}, "not a valid endpoint name"),
        ({"name": "x" * 64}, "at most 63"),
        ({"role_arn": "genai-studio-endpoint"}, "--role"),
        ({"instance_type": "g5.xlarge"}, "--instance"),
        ({"minimum": 0}, "scale-to-zero"),
        ({"minimum": 2, "maximum": 1}, "--max 1"),
        ({"bucket": "our-images"}, "--mode async"),
        ({"mode": Mode.ASYNC, "bucket": None}, "OUT_S3_BUCKET_NAME"),
        ({"mode": Mode.ASYNC, "bucket": "s3://our-images"}, "--bucket"),
        ({"mode": Mode.ASYNC, "error_topic": "errors"}, "--error-topic"),
    ],
)
def test_an_invalid_option_is_named(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidOption, match=message):
        make_deployment(**fields)


def test_a_model_package_has_its_own_image_and_no_network() -> None:
    container = marketplace_container(PACKAGE, REGION)
    assert container.definition == {"ModelPackageName": PACKAGE}
    assert container.network_isolation


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        (PACKAGE.replace(REGION, "eu-west-1"), "the package is in eu-west-1"),
        ("sd35-large-1", "ARN of a model package"),
    ],
)
def test_a_model_package_must_be_in_the_region(arn: str, message: str) -> None:
    with pytest.raises(InvalidOption, match=message):
        marketplace_container(arn, REGION)


@pytest.mark.parametrize(
    "image", ["genai-studio-inference", "docker.io/library/python:3.13", IMAGE.rpartition(":")[0]]
)
def test_an_image_must_be_in_ecr_with_a_tag_or_digest(image: str) -> None:
    with pytest.raises(InvalidOption, match="Amazon ECR"):
        own_container(image, None, {}, gpu=True)


def test_an_image_may_have_a_digest() -> None:
    image = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/studio@sha256:{'0' * 64}"
    assert own_container(image, None, {}, gpu=True).definition["Image"] == image


def test_an_instance_without_gpu_uses_the_default_host_image() -> None:
    assert own_container(IMAGE, None, {}, gpu=False).ami is None


def test_a_model_is_an_archive_or_a_prefix() -> None:
    archive = model_data("s3://models/sd/model.tar.gz")["ModelDataSource"]["S3DataSource"]
    assert (archive["S3DataType"], archive["CompressionType"]) == ("S3Object", "Gzip")
    prefix = model_data("s3://models/sd/")["ModelDataSource"]["S3DataSource"]
    assert (prefix["S3DataType"], prefix["CompressionType"]) == ("S3Prefix", "None")
    assert model_data(None) == {}


@pytest.mark.parametrize("location", ["models/sd.tar.gz", "s3://models/sd.zip", "s3://models"])
def test_any_other_model_location_is_rejected(location: str) -> None:
    with pytest.raises(InvalidOption, match="--archive"):
        model_data(location)


@pytest.mark.parametrize(
    ("instance", "gpu"),
    [("ml.g5.xlarge", True), ("ml.p4d.24xlarge", True), ("ml.m5.large", False)],
)
def test_the_instance_family_determines_the_gpu(instance: str, gpu: bool) -> None:
    assert has_gpu(instance) is gpu
