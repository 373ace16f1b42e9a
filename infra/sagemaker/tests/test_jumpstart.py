"""What the SageMaker SDK tells of a JumpStart model becomes what AWS is asked for.

No call is made: each test fails as soon as botocore would send one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.httpsession import URLLib3Session

from studio_endpoint.deployment import Deployment, Mode
from studio_endpoint.errors import InvalidChoice, NoCredentials, UnknownModel
from studio_endpoint.jumpstart import jumpstart
from studio_endpoint.plan import deploy_plan
from tests.jumpstart_catalog import (
    GATED,
    MODEL,
    RECOMMENDED,
    REGION,
    REGISTRY,
    REPOSITORY,
    write_catalog,
)

ROLE = "arn:aws:iam::123456789012:role/genai-studio-endpoint"


@pytest.fixture(autouse=True)
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def send(self: object, request: object) -> None:
        pytest.fail(f"A call would be sent: {request}")

    for name, value in write_catalog(tmp_path).items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    monkeypatch.setattr(URLLib3Session, "send", send)


def test_image_weights_variables_and_patience_are_jumpstarts_own() -> None:
    container = jumpstart(MODEL, region=REGION, role_arn=ROLE, instance_type="ml.g5.xlarge")
    assert container.definition["Image"] == f"{REGISTRY}/{REPOSITORY}"
    assert container.definition["ModelDataSource"]["S3DataSource"] == {
        "S3Uri": f"s3://jumpstart-cache-prod-{REGION}/prepacked/2.0.1/",
        "S3DataType": "S3Prefix",
        "CompressionType": "None",
    }
    assert container.definition["Environment"]["SAGEMAKER_PROGRAM"] == "inference.py"
    assert (container.download_seconds, container.startup_seconds) == (1200, 900)
    assert container.isolated


def test_without_an_instance_jumpstart_recommends_one() -> None:
    container = jumpstart(MODEL, region=REGION, role_arn=ROLE, instance_type=None)
    assert container.instance_type == RECOMMENDED


def test_a_version_can_be_pinned() -> None:
    container = jumpstart(MODEL, region=REGION, role_arn=ROLE, instance_type=None, version="1.0.0")
    source = container.definition["ModelDataSource"]["S3DataSource"]
    assert source["S3Uri"].endswith("prepacked/1.0.0/")


def test_the_plan_of_a_jumpstart_model_is_whole() -> None:
    container = jumpstart(MODEL, region=REGION, role_arn=ROLE, instance_type=None)
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
    calls = [step.call.shown() for step in deploy_plan(deployment)]
    assert json.loads(json.dumps(calls)) == calls
    (variant,) = calls[1]["parameters"]["ProductionVariants"]
    assert variant["ModelDataDownloadTimeoutInSeconds"] == 1200


def test_a_model_that_jumpstart_does_not_have_is_named_with_the_region() -> None:
    with pytest.raises(UnknownModel, match=f"no model dall-e in {REGION}"):
        jumpstart("dall-e", region=REGION, role_arn=ROLE, instance_type="ml.g5.xlarge")


def test_an_instance_that_it_does_not_run_on_is_refused_with_those_it_does() -> None:
    with pytest.raises(InvalidChoice, match=RECOMMENDED):
        jumpstart(MODEL, region=REGION, role_arn=ROLE, instance_type="ml.m5.large")


def test_a_licence_is_accepted_only_when_it_is_said() -> None:
    said = jumpstart(GATED, region=REGION, role_arn=ROLE, instance_type=None, accept_eula=True)
    source = said.definition["ModelDataSource"]["S3DataSource"]
    assert source["ModelAccessConfig"] == {"AcceptEula": True}
    silent = jumpstart(GATED, region=REGION, role_arn=ROLE, instance_type=None)
    assert "ModelAccessConfig" not in silent.definition["ModelDataSource"]["S3DataSource"]


def test_without_credentials_the_operator_is_asked_to_sign_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("MANIFEST", "SPECS"):
        monkeypatch.delenv(f"AWS_JUMPSTART_{name}_LOCAL_ROOT_DIR_OVERRIDE")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    with pytest.raises(NoCredentials):
        jumpstart("never-asked-before", region="us-west-2", role_arn=ROLE, instance_type=None)


def test_the_dry_run_of_the_installed_command_prints_the_calls() -> None:
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
