"""The container of a JumpStart model equals the SageMaker SDK's values.

No test makes a call: each one fails if botocore is about to send a request.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.httpsession import URLLib3Session

from studio_endpoint.errors import InvalidCredentials, InvalidOption, UnknownModel
from studio_endpoint.plan.deploy_plan import deploy_plan
from studio_endpoint.specification.deployment import Deployment, Mode
from studio_endpoint.specification.jumpstart import jumpstart_container
from tests.jumpstart_catalog import (
    GATED,
    MODEL,
    RECOMMENDED,
    REGION,
    REGISTRY,
    REPOSITORY,
    SUPPORTED,
    write_catalog,
)

ROOT = Path(__file__).parents[3]
ROLE = "arn:aws:iam::123456789012:role/genai-studio-endpoint"


@pytest.fixture(autouse=True)
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def send(self: object, request: object) -> None:
        pytest.fail(f"botocore is about to send {request}")

    for name, value in write_catalog(tmp_path).items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "fake")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "fake")
    monkeypatch.setattr(URLLib3Session, "send", send)


def test_image_weights_variables_and_time_limits_are_those_of_jumpstart() -> None:
    container = jumpstart_container(
        MODEL, region=REGION, role_arn=ROLE, instance_type="ml.g5.2xlarge"
    )
    assert container.definition["Image"] == f"{REGISTRY}/{REPOSITORY}"
    assert container.definition["ModelDataSource"]["S3DataSource"] == {
        "S3Uri": f"s3://jumpstart-cache-prod-{REGION}/prepacked/2.0.1/",
        "S3DataType": "S3Prefix",
        "CompressionType": "None",
    }
    assert container.definition["Environment"]["SAGEMAKER_PROGRAM"] == "inference.py"
    assert (container.download_timeout, container.startup_timeout) == (1200, 900)
    assert container.network_isolation


def test_without_an_instance_type_jumpstart_recommends_one() -> None:
    container = jumpstart_container(MODEL, region=REGION, role_arn=ROLE, instance_type=None)
    assert container.instance_type == RECOMMENDED


def test_the_version_can_be_pinned() -> None:
    container = jumpstart_container(
        MODEL, region=REGION, role_arn=ROLE, instance_type=None, version="1.0.0"
    )
    source = container.definition["ModelDataSource"]["S3DataSource"]
    assert source["S3Uri"].endswith("prepacked/1.0.0/")


def test_the_plan_of_a_jumpstart_model_is_complete() -> None:
    container = jumpstart_container(MODEL, region=REGION, role_arn=ROLE, instance_type=None)
    deployment = Deployment(
        name="sd21",
        region=REGION,
        mode=Mode.REAL_TIME,
        container=container,
        instance_type=container.instance_type or "",
        minimum=1,
        maximum=1,
        role_arn=ROLE,
    )
    calls = [step.call.as_dict() for step in deploy_plan(deployment)]
    assert json.loads(json.dumps(calls)) == calls
    (variant,) = calls[1]["parameters"]["ProductionVariants"]
    assert variant["ModelDataDownloadTimeoutInSeconds"] == 1200


def test_an_unknown_model_is_reported_with_the_region() -> None:
    with pytest.raises(UnknownModel, match=f"no model dall-e in {REGION}"):
        jumpstart_container("dall-e", region=REGION, role_arn=ROLE, instance_type="ml.g5.2xlarge")


@pytest.mark.parametrize("instance_type", ["ml.m5.large", "ml.g5.xlarge"])
def test_an_unsupported_instance_type_is_rejected_with_the_supported_ones(
    instance_type: str,
) -> None:
    with pytest.raises(InvalidOption, match=RECOMMENDED):
        jumpstart_container(MODEL, region=REGION, role_arn=ROLE, instance_type=instance_type)


@pytest.mark.parametrize("guide", ["docs/deploy.md", "docs/deploy.zh-CN.md"])
def test_the_model_supports_the_instance_type_of_the_deploy_guide(guide: str) -> None:
    text = (ROOT / guide).read_text("utf-8")
    commands = re.findall(r"--jumpstart (\S+) --instance (\S+)", text)
    assert commands == [(MODEL, "ml.g5.2xlarge")]
    assert "ml.g5.2xlarge" in SUPPORTED


def test_a_license_is_accepted_only_on_request() -> None:
    accepted = jumpstart_container(
        GATED, region=REGION, role_arn=ROLE, instance_type=None, accept_eula=True
    )
    source = accepted.definition["ModelDataSource"]["S3DataSource"]
    assert source["ModelAccessConfig"] == {"AcceptEula": True}
    default = jumpstart_container(GATED, region=REGION, role_arn=ROLE, instance_type=None)
    assert "ModelAccessConfig" not in default.definition["ModelDataSource"]["S3DataSource"]


def test_without_credentials_the_error_says_to_sign_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("MANIFEST", "SPECS"):
        monkeypatch.delenv(f"AWS_JUMPSTART_{name}_LOCAL_ROOT_DIR_OVERRIDE")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    with pytest.raises(InvalidCredentials):
        jumpstart_container(
            "never-requested-before", region="us-west-2", role_arn=ROLE, instance_type=None
        )


def test_dry_run_of_the_installed_command_prints_the_calls() -> None:
    command = [Path(sys.executable).with_name("studio-endpoint"), "deploy", "sd21"]
    command += ["--jumpstart", MODEL, "--role", ROLE, "--region", REGION, "--dry-run"]
    printed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert printed.returncode == 0, printed.stderr
    calls = json.loads(printed.stdout)
    assert [call["operation"] for call in calls] == [
        "create_model",
        "create_endpoint_config",
        "create_endpoint",
    ]
    assert calls[0]["parameters"]["PrimaryContainer"]["Image"] == f"{REGISTRY}/{REPOSITORY}"
