"""The commands, run with command-line arguments."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from studio_endpoint import cli
from studio_endpoint.aws.waiter import Waiter
from studio_endpoint.commands import delete, deploy, status
from studio_endpoint.price import hourly_price
from studio_endpoint.specification.deployment import Mode
from tests.infra.sagemaker.control_plane import ACCOUNT, REGION, ROLE, AwsError, ControlPlane
from tests.infra.sagemaker.deployments import ARCHIVE, BUCKET, GPU, IMAGE, NAME

DEPLOY = ["deploy", NAME, "--role", ROLE, "--image", IMAGE, "--archive", ARCHIVE]
DEPLOY += ["--instance", GPU, "--region", REGION]


@pytest.fixture(autouse=True)
def no_aws_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")


@pytest.fixture
def plane(monkeypatch: pytest.MonkeyPatch) -> ControlPlane:
    """Replace AWS by an emulated control plane in every command."""
    plane = ControlPlane()
    for module in (deploy, delete, status):
        monkeypatch.setattr(module, "aws_clients", lambda region: plane.clients)

    def immediate_waiter(clients: Any, report: Any) -> Waiter:
        return Waiter(clients, report, lambda seconds: None, lambda: 0.0)

    for module in (deploy, delete):
        monkeypatch.setattr(module, "Waiter", immediate_waiter)
    return plane


@pytest.fixture
def no_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(region: str) -> Any:
        pytest.fail("The command created a client.")

    for module in (deploy, delete, status):
        monkeypatch.setattr(module, "aws_clients", fail)


@pytest.mark.usefixtures("no_calls")
@pytest.mark.parametrize("mode", Mode)
def test_dry_run_prints_every_call_and_makes_none(
    mode: Mode, capsys: pytest.CaptureFixture[str]
) -> None:
    extra = ["--bucket", BUCKET] if mode is Mode.ASYNC else []
    assert cli.run([*DEPLOY, "--mode", mode, "--max", "2", *extra, "--dry-run"]) == 0
    printed = capsys.readouterr()
    calls = json.loads(printed.out)
    assert [call["operation"] for call in calls[:3]] == [
        "create_model",
        "create_endpoint_config",
        "create_endpoint",
    ]
    assert all(set(call) == {"service", "operation", "parameters"} for call in calls)
    assert "per hour" in printed.err
    if mode is not Mode.REAL_TIME:
        (action,) = calls[-1]["parameters"]["AlarmActions"]
        assert action == "<PolicyARN of “the scale-from-zero policy”>"


def test_the_price_is_shown_before_the_confirmation(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[str] = []

    def decline(question: str, *, yes: bool) -> bool:
        shown.append(capsys.readouterr().err)
        return False

    monkeypatch.setattr(deploy, "confirmed", decline)
    assert cli.run([*DEPLOY, "--max", "3"]) == 1
    dollars = hourly_price(GPU, REGION).dollars
    assert dollars is not None
    assert f"${dollars:.3f} per hour and instance" in shown[0]
    assert f"3 instances, ${3 * dollars:.3f} per hour" in shown[0]
    assert plane.calls == []


def test_without_a_terminal_deploy_requires_yes(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    assert cli.run(DEPLOY) == 1
    assert "--yes" in capsys.readouterr().err
    assert plane.calls == []


def test_deploy_status_and_delete(plane: ControlPlane, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*DEPLOY, "--yes"]) == 0
    assert f"AWS_SM_EP={NAME}" in capsys.readouterr().err
    assert cli.run(["status", NAME, "--region", REGION, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["state"], printed["instances"]) == ("InService", 1)
    assert printed["dollars_per_hour"] == hourly_price(GPU, REGION).dollars
    assert cli.run(["delete", NAME, "--region", REGION, "--dry-run"]) == 0
    operations = [call["operation"] for call in json.loads(capsys.readouterr().out)]
    assert operations.index("delete_endpoint") < operations.index("delete_model")
    assert plane.resources != {}
    assert cli.run(["delete", NAME, "--region", REGION, "--yes"]) == 0
    assert plane.resources == {}


def test_scale_to_zero_prints_the_component_name(
    plane: ControlPlane, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([*DEPLOY, "--mode", "scale-to-zero", "--yes"]) == 0
    assert f"AWS_SM_EP={NAME}/{NAME}" in capsys.readouterr().err


def test_a_failed_deployment_prints_its_reason_and_exits_with_1(
    plane: ControlPlane, capsys: pytest.CaptureFixture[str]
) -> None:
    plane.errors["CreateEndpoint"] = AwsError(
        "ResourceLimitExceeded", f"The account-level service limit '{GPU} for endpoint usage' is 0."
    )
    assert cli.run([*DEPLOY, "--yes"]) == 1
    printed = capsys.readouterr().err
    assert "servicequotas" in printed
    assert "Rolled back: the configuration, the model." in printed
    assert "Traceback" not in printed


def test_a_failed_removal_exits_with_1(
    plane: ControlPlane, capsys: pytest.CaptureFixture[str]
) -> None:
    plane.errors["DeleteModel"] = AwsError("AccessDeniedException", "Not authorized.")
    assert cli.run(["delete", NAME, "--region", REGION, "--yes"]) == 1
    assert "NOT REMOVED" in capsys.readouterr().err


@pytest.mark.usefixtures("no_calls")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*DEPLOY, "--jumpstart", "model-x", "--dry-run"], "one of --jumpstart"),
        (["deploy", NAME, "--role", ROLE, "--region", REGION], "one of --jumpstart"),
        ([*DEPLOY, "--env", "SLOTS"], "NAME=VALUE"),
        (["deploy", NAME, "--role", ROLE, "--image", IMAGE], "--region"),
        (["deploy", NAME, "--role", ROLE, "--image", IMAGE, "--region", REGION], "--instance"),
        (["status", NAME], "--region"),
        (["invoke", NAME, "--model", "dall-e"], "--model dall-e"),
        (["invoke", NAME, "--catalog", "/nowhere.toml"], "Could not read /nowhere.toml"),
    ],
)
def test_an_invalid_option_is_reported_in_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == 1
    printed = capsys.readouterr().err
    assert message in printed
    assert printed.startswith("studio-endpoint: ")


def test_a_missing_price_is_not_an_error() -> None:
    price = hourly_price("ml.g99.xlarge", REGION)
    assert price.dollars is None
    assert "https://aws.amazon.com/sagemaker/ai/pricing/" in price.description(1, 1)


def test_the_price_of_scale_to_zero_has_no_minimum() -> None:
    description = hourly_price(GPU, REGION).description(0, 2)
    assert "Scales to zero" in description
    assert "Minimum" not in description


@pytest.mark.parametrize("kind", ["trust", "execution", "operator", "notebook"])
def test_a_printed_policy_is_complete(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["policy", kind, "--account", ACCOUNT, "--endpoint", NAME, "--region", REGION]
    assert cli.run(arguments) == 0
    text = capsys.readouterr().out
    assert json.loads(text)["Version"] == "2012-10-17"
    assert "${" not in text


def test_the_policy_of_the_own_container_names_its_image_and_archive(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = [
        "policy",
        "execution",
        "--account",
        ACCOUNT,
        "--endpoint",
        NAME,
        "--region",
        REGION,
    ]
    arguments += ["--source", "image", "--image", IMAGE, "--archive", ARCHIVE]
    assert cli.run(arguments) == 0
    text = capsys.readouterr().out
    assert f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/genai-studio-inference" in text
    assert "arn:aws:s3:::our-models/sd21/model.tar.gz" in text
    assert "jumpstart" not in text
