"""What an operator may ask for, and what is refused before AWS is asked."""

from __future__ import annotations

from typing import Any

import pytest

from studio_endpoint.container import has_gpu, marketplace, model_data, own_container
from studio_endpoint.deployment import Mode
from studio_endpoint.errors import InvalidChoice
from tests.infra.sagemaker.control_plane import ACCOUNT, REGION
from tests.infra.sagemaker.deployments import IMAGE, a_deployment

PACKAGE = f"arn:aws:sagemaker:{REGION}:865070037744:model-package/sd35-large-1"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "two words"}, "no endpoint name"),
        ({"name": "x" * 64}, "63 at most"),
        ({"role_arn": "genai-studio-endpoint"}, "--role"),
        ({"instance_type": "g5.xlarge"}, "--instance"),
        ({"minimum": 0}, "scale-to-zero"),
        ({"minimum": 2, "maximum": 1}, "--max 1"),
        ({"bucket": "our-pictures"}, "--mode async"),
        ({"mode": Mode.ASYNC, "bucket": None}, "OUT_S3_BUCKET_NAME"),
        ({"mode": Mode.ASYNC, "bucket": "s3://our-pictures"}, "--bucket"),
        ({"mode": Mode.ASYNC, "error_topic": "errors"}, "--error-topic"),
    ],
)
def test_a_choice_that_aws_would_not_take_is_named(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidChoice, match=said):
        a_deployment(**fields)


def test_a_model_package_brings_its_own_image_and_runs_without_network() -> None:
    container = marketplace(PACKAGE, REGION)
    assert container.definition == {"ModelPackageName": PACKAGE}
    assert container.isolated


@pytest.mark.parametrize(
    ("arn", "said"),
    [
        (PACKAGE.replace(REGION, "eu-west-1"), "the package is of eu-west-1"),
        ("sd35-large-1", "ARN of a model package"),
    ],
)
def test_a_model_package_must_be_one_of_the_region(arn: str, said: str) -> None:
    with pytest.raises(InvalidChoice, match=said):
        marketplace(arn, REGION)


@pytest.mark.parametrize(
    "image", ["genai-studio-inference", "docker.io/library/python:3.13", IMAGE.rpartition(":")[0]]
)
def test_an_image_must_lie_in_ecr_and_name_its_version(image: str) -> None:
    with pytest.raises(InvalidChoice, match="Amazon ECR"):
        own_container(image, None, {}, gpu=True)


def test_an_image_may_be_named_by_its_digest() -> None:
    image = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/studio@sha256:{'0' * 64}"
    assert own_container(image, None, {}, gpu=True).definition["Image"] == image


def test_without_a_gpu_the_hosts_own_image_will_do() -> None:
    assert own_container(IMAGE, None, {}, gpu=False).ami is None


def test_a_model_is_an_archive_or_a_prefix() -> None:
    archive = model_data("s3://models/sd/model.tar.gz")["ModelDataSource"]["S3DataSource"]
    assert (archive["S3DataType"], archive["CompressionType"]) == ("S3Object", "Gzip")
    prefix = model_data("s3://models/sd/")["ModelDataSource"]["S3DataSource"]
    assert (prefix["S3DataType"], prefix["CompressionType"]) == ("S3Prefix", "None")
    assert model_data(None) == {}


@pytest.mark.parametrize("location", ["models/sd.tar.gz", "s3://models/sd.zip", "s3://models"])
def test_any_other_place_of_a_model_is_refused(location: str) -> None:
    with pytest.raises(InvalidChoice, match="--archive"):
        model_data(location)


@pytest.mark.parametrize(
    ("instance", "gpu"),
    [("ml.g5.xlarge", True), ("ml.p4d.24xlarge", True), ("ml.m5.large", False)],
)
def test_a_gpu_is_told_by_the_family(instance: str, gpu: bool) -> None:
    assert has_gpu(instance) is gpu
