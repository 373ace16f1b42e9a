"""The Dockerfile's base image is one that the SageMaker SDK lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCKERFILE = Path(__file__).parents[1] / "Dockerfile"
FRAMEWORK = "pytorch-amzn2023"


@pytest.mark.parametrize("processor", ["gpu", "cpu"])
def test_aws_publishes_the_base_image(processor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The SDK requires a region during import.
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    from sagemaker.core.image_uris import config_for_framework

    known = config_for_framework(FRAMEWORK)
    versions = next(iter(known.values()))["versions"]
    published = {
        (version["tag_prefix"], version["container_version"][processor])
        for version in versions.values()
    }
    tags = re.findall(r"amazonaws\.com/pytorch:(\S+)", DOCKERFILE.read_text("utf-8"))
    (tag,) = (tag for tag in tags if ("cpu" in tag) == (processor == "cpu"))
    assert tuple(tag.split("-", 1)) in published
    assert re.search(r"BASE=763104351884\.dkr\.ecr\.us-east-1\.", DOCKERFILE.read_text("utf-8"))
    assert {version["registries"]["us-east-1"] for version in versions.values()} == {"763104351884"}
