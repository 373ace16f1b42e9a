"""Settings from the environment and from options."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import SageMakerMode, Settings, read_settings, variable_of


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = read_settings({})
    assert settings == Settings(data_dir=settings.data_dir)
    assert settings.host == "127.0.0.1"
    assert settings.port == 8000


def test_every_field_has_a_variable() -> None:
    settings = read_settings(
        {
            "GENAI_STUDIO_PORT": "9000",
            "GENAI_STUDIO_DATA_DIR": "/data/studio",
            "GENAI_STUDIO_MODEL_DIRS": os.pathsep.join(["/models/a", "/models/b"]),
            "GENAI_STUDIO_BUILTIN_MODEL": "false",
            "GENAI_STUDIO_DAILY_IMAGES": "50",
            "GENAI_STUDIO_ALLOWED_HOSTS": "studio.example, other.example",
        }
    )
    assert settings.port == 9000
    assert settings.data_dir == Path("/data/studio")
    assert settings.model_dirs == (Path("/models/a"), Path("/models/b"))
    assert settings.builtin_model is False
    assert settings.daily_images == 50
    assert settings.allowed_hosts == ("studio.example", "other.example")


def test_options_override_the_environment() -> None:
    assert read_settings({"GENAI_STUDIO_PORT": "9000"}, port=9001).port == 9001


def test_an_option_of_none_keeps_the_environment() -> None:
    assert read_settings({"GENAI_STUDIO_PORT": "9000"}, port=None).port == 9000


def test_the_variables_of_sagemaker_deployments_are_read() -> None:
    settings = read_settings(
        {"AWS_SM_EP": "sd21", "AWS_REGION": "eu-west-1", "OUT_S3_BUCKET_NAME": "images"}
    )
    assert settings.sagemaker_endpoint == "sd21"
    assert settings.region == "eu-west-1"
    assert settings.bucket == "images"


def test_the_variables_of_the_lambda_functions_are_read() -> None:
    settings = read_settings(
        {
            "GENAI_STUDIO_RECORDS_TABLE": "records",
            "GENAI_STUDIO_SAGEMAKER_MODE": "async",
            "GENAI_STUDIO_APPSYNC_URL": "https://api.example/graphql",
            "GENAI_STUDIO_QUEUE_URL": "https://sqs.example/1/queue",
            "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL": "https://sqs.example/1/dead",
        }
    )
    assert settings.records_table == "records"
    assert settings.sagemaker_mode is SageMakerMode.ASYNC
    assert settings.appsync_url == "https://api.example/graphql"
    assert settings.queue_url == "https://sqs.example/1/queue"
    assert settings.dead_letter_queue_url == "https://sqs.example/1/dead"


def test_an_empty_variable_is_ignored() -> None:
    assert read_settings({"AWS_SM_EP": " "}).sagemaker_endpoint is None


@pytest.mark.parametrize(
    ("name", "value"), [("GENAI_STUDIO_PORT", "eighty"), ("GENAI_STUDIO_BUILTIN_MODEL", "maybe")]
)
def test_an_unparsable_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(StudioUnavailable, match=f"{name}={value}"):
        read_settings({name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GENAI_STUDIO_PORT", "70000"),
        ("GENAI_STUDIO_PORT", "-1"),
        ("GENAI_STUDIO_WORKERS", "0"),
        ("GENAI_STUDIO_RUNNING_PER_USER", "0"),
        ("GENAI_STUDIO_TOKEN_DAYS", "0"),
        ("GENAI_STUDIO_DAILY_IMAGES", "-5"),
        ("GENAI_STUDIO_SAGEMAKER_MODE", "fast"),
        ("GENAI_STUDIO_QUEUE_URL", "my-queue"),
        ("GENAI_STUDIO_APPSYNC_URL", "file:///etc/passwd"),
    ],
)
def test_a_value_out_of_range_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(StudioUnavailable, match=f"Invalid value {name}={value}:"):
        read_settings({name: value})


def test_an_option_out_of_range_is_named() -> None:
    with pytest.raises(StudioUnavailable, match="Invalid value --port=70000:"):
        read_settings({}, port=70000)


@pytest.mark.parametrize(
    ("setting", "variable"),
    [
        ("bucket", "OUT_S3_BUCKET_NAME"),
        ("region", "AWS_REGION"),
        ("records_table", "GENAI_STUDIO_RECORDS_TABLE"),
    ],
)
def test_variable_of_a_setting(setting: str, variable: str) -> None:
    assert variable_of(setting) == variable


def test_repr_hides_the_access_key() -> None:
    settings = read_settings({"GENAI_STUDIO_ENDPOINT_ACCESS_KEY": "sesame"})
    assert "sesame" not in repr(settings)


def test_content_producer_has_the_characters_that_the_label_allows() -> None:
    assert read_settings({"GENAI_STUDIO_CONTENT_PRODUCER": "Example-1"}).content_producer == (
        "Example-1"
    )
    for value in ("Example Ltd", 'a"b', "a\\b", "工作室", "x" * 201):
        with pytest.raises(StudioUnavailable, match="GENAI_STUDIO_CONTENT_PRODUCER"):
            read_settings({"GENAI_STUDIO_CONTENT_PRODUCER": value})
