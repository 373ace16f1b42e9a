"""The model in AWS that the settings select."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from genai_studio.bootstrap.aws_model import aws_model
from genai_studio.bootstrap.local import local_studio
from genai_studio.catalog_file import BUILT_IN
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import read_settings

SD35 = "stability.sd3-5-large-v1:0"
BEDROCK = {"GENAI_STUDIO_BEDROCK_MODEL": SD35}
ENDPOINT = {"AWS_SM_EP": "sd21", "AWS_REGION": "eu-west-1"}


def test_nothing_selects_no_model() -> None:
    assert aws_model(read_settings({})) is None


def test_an_endpoint_serves_the_selected_model() -> None:
    model = aws_model(read_settings(ENDPOINT))
    assert model is not None
    assert (model.id, model.endpoint) == ("stable-diffusion-2-1-base", "sd21")


@pytest.mark.parametrize(
    "model_id",
    [SD35, "stability.stable-image-core-v1:1", "stability.stable-image-ultra-v1:1"],
)
def test_a_bedrock_model_is_selected_by_its_id(model_id: str) -> None:
    model = aws_model(read_settings({"GENAI_STUDIO_BEDROCK_MODEL": model_id}))
    assert model is not None
    assert model.bedrock is not None
    assert model.bedrock.model_id == model_id
    assert model.price_per_image > 0


def test_a_local_studio_offers_the_bedrock_model_beside_its_own(tmp_path: Path) -> None:
    wired = local_studio(read_settings(BEDROCK, data_dir=tmp_path))
    with closing(wired.records):
        offered = [model.id for model in wired.studio.catalog.models]
    assert offered == ["bedrock-stable-diffusion-3-5-large", "builtin-emoji"]


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (BEDROCK | ENDPOINT, "exclude each other"),
        (BEDROCK | {"GENAI_STUDIO_SAGEMAKER_MODE": "streaming"}, "in one response. Remove the"),
        (BEDROCK | {"GENAI_STUDIO_SAGEMAKER_MODE": "async"}, "in one response. Remove the"),
        (
            BEDROCK | {"GENAI_STUDIO_BEDROCK_REGION": "eu-central-1"},
            "GENAI_STUDIO_BEDROCK_REGION=eu-central-1. Choose one of: us-west-2",
        ),
        (
            {"GENAI_STUDIO_BEDROCK_MODEL": "stability.sd9"},
            rf"GENAI_STUDIO_BEDROCK_MODEL=stability\.sd9\. Choose one of: {SD35}",
        ),
        (
            ENDPOINT | {"GENAI_STUDIO_SAGEMAKER_MODEL": "bedrock-stable-diffusion-3-5-large"},
            f"Remove AWS_SM_EP and set GENAI_STUDIO_BEDROCK_MODEL={SD35}",
        ),
        (
            ENDPOINT | {"GENAI_STUDIO_SAGEMAKER_MODEL": "dall-e"},
            "Choose one of: builtin-emoji, (?!.*bedrock)",
        ),
        (
            ENDPOINT | {"GENAI_STUDIO_SAGEMAKER_MODE": "streaming"},
            "a model that can: builtin-emoji, diffusers-container",
        ),
    ],
)
def test_settings_that_exclude_each_other_are_refused_with_what_would_work(
    environment: dict[str, str], message: str
) -> None:
    with pytest.raises(StudioUnavailable, match=message):
        aws_model(read_settings(environment))


def test_a_region_is_added_in_a_catalog_file_of_the_operator(tmp_path: Path) -> None:
    file = tmp_path / "catalog.toml"
    shipped = BUILT_IN.read_text("utf-8")
    file.write_text(shipped.replace('["us-west-2"]', '["us-west-2", "eu-central-1"]'), "utf-8")
    environment = {"GENAI_STUDIO_BEDROCK_REGION": "eu-central-1", "GENAI_STUDIO_CATALOG": str(file)}
    assert aws_model(read_settings(BEDROCK | environment)) is not None


def test_an_asynchronous_endpoint_is_refused_on_one_machine(tmp_path: Path) -> None:
    environment = ENDPOINT | {"GENAI_STUDIO_SAGEMAKER_MODE": "async"}
    with pytest.raises(StudioUnavailable, match="Use an endpoint that answers at once"):
        local_studio(read_settings(environment, data_dir=tmp_path))
