"""The commands, as an operator types them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from studio_endpoint import cli
from studio_endpoint.commands import delete, deploy, options, status
from studio_endpoint.deployment import Mode
from studio_endpoint.price import hourly_price
from studio_endpoint.waiting import Waiting
from tests.infra.sagemaker.control_plane import ACCOUNT, REGION, ROLE, ControlPlane, Refusal
from tests.infra.sagemaker.deployments import ARCHIVE, BUCKET, GPU, IMAGE, NAME

DEPLOY = ["deploy", NAME, "--role", ROLE, "--image", IMAGE, "--archive", ARCHIVE]
DEPLOY += ["--instance", GPU, "--region", REGION]


@pytest.fixture(autouse=True)
def nobodys_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")


@pytest.fixture
def plane(monkeypatch: pytest.MonkeyPatch) -> ControlPlane:
    """In AWS's place for the commands that make clients."""
    plane = ControlPlane()
    for module in (deploy, delete, status):
        monkeypatch.setattr(module, "aws_clients", lambda region: plane.clients)

    def waiting(clients: Any, tell: Any) -> Waiting:
        return Waiting(clients, tell, lambda seconds: None, lambda: 0.0)

    for module in (deploy, delete):
        monkeypatch.setattr(module, "Waiting", waiting)
    return plane


@pytest.fixture
def no_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(region: str) -> Any:
        pytest.fail("A client was made.")

    for module in (deploy, delete, status):
        monkeypatch.setattr(module, "aws_clients", refuse)


@pytest.mark.usefixtures("no_calls")
@pytest.mark.parametrize("mode", Mode)
def test_a_dry_run_prints_every_call_and_makes_none(
    mode: Mode, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["--bucket", BUCKET] if mode is Mode.ASYNC else []
    assert cli.run([*DEPLOY, "--mode", mode, "--max", "2", *more, "--dry-run"]) == 0
    printed = capsys.readouterr()
    calls = json.loads(printed.out)
    assert [call["operation"] for call in calls[:3]] == [
        "create_model",
        "create_endpoint_config",
        "create_endpoint",
    ]
    assert all(set(call) == {"service", "operation", "parameters"} for call in calls)
    assert "an hour" in printed.err
    if mode is not Mode.REAL_TIME:
        (action,) = calls[-1]["parameters"]["AlarmActions"]
        assert action == "<PolicyARN of “the policy that wakes it”>"


def test_the_price_is_told_before_anybody_is_asked(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def no(question: str, *, yes: bool) -> bool:
        asked.append(capsys.readouterr().err)
        return False

    monkeypatch.setattr(deploy, "agreed", no)
    assert cli.run([*DEPLOY, "--max", "3"]) == 1
    dollars = hourly_price(GPU, REGION).dollars
    assert dollars is not None
    assert f"${dollars:.3f} an hour each" in asked[0]
    assert f"3 instances, ${3 * dollars:.3f} an hour" in asked[0]
    assert plane.calls == []


def test_without_a_terminal_nothing_is_made_unless_it_is_meant(
    plane: ControlPlane, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(options.sys.stdin, "isatty", lambda: False)
    assert cli.run(DEPLOY) == 1
    assert "--yes" in capsys.readouterr().err
    assert plane.calls == []


def test_an_endpoint_lives_from_deploy_to_delete(
    plane: ControlPlane, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([*DEPLOY, "--yes"]) == 0
    assert f"AWS_SM_EP={NAME}" in capsys.readouterr().err
    assert cli.run(["status", NAME, "--region", REGION, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["instances"]) == ("InService", 1)
    assert told["dollars_per_hour"] == hourly_price(GPU, REGION).dollars
    assert cli.run(["delete", NAME, "--region", REGION, "--dry-run"]) == 0
    shown = [call["operation"] for call in json.loads(capsys.readouterr().out)]
    assert shown.index("delete_endpoint") < shown.index("delete_model")
    assert plane.things != {}
    assert cli.run(["delete", NAME, "--region", REGION, "--yes"]) == 0
    assert plane.things == {}


def test_what_is_to_be_offered_names_the_component(
    plane: ControlPlane, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([*DEPLOY, "--mode", "scale-to-zero", "--yes"]) == 0
    assert f"AWS_SM_EP={NAME}/{NAME}" in capsys.readouterr().err


def test_a_failed_deployment_is_explained_and_its_exit_code_says_so(
    plane: ControlPlane, capsys: pytest.CaptureFixture[str]
) -> None:
    plane.refusals["CreateEndpoint"] = Refusal(
        "ResourceLimitExceeded", f"The account-level service limit '{GPU} for endpoint usage' is 0."
    )
    assert cli.run([*DEPLOY, "--yes"]) == 1
    said = capsys.readouterr().err
    assert "servicequotas" in said
    assert "Removed again: the configuration, the model." in said
    assert "Traceback" not in said


def test_what_cannot_be_removed_is_an_exit_code(
    plane: ControlPlane, capsys: pytest.CaptureFixture[str]
) -> None:
    plane.refusals["DeleteModel"] = Refusal("AccessDeniedException", "Not authorized.")
    assert cli.run(["delete", NAME, "--region", REGION, "--yes"]) == 1
    assert "STILL THERE" in capsys.readouterr().err


@pytest.mark.usefixtures("no_calls")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*DEPLOY, "--jumpstart", "model-x", "--dry-run"], "one of --jumpstart"),
        (["deploy", NAME, "--role", ROLE, "--region", REGION], "one of --jumpstart"),
        ([*DEPLOY, "--env", "SLOTS"], "NAME=VALUE"),
        (["deploy", NAME, "--role", ROLE, "--image", IMAGE], "--region"),
        (["deploy", NAME, "--role", ROLE, "--image", IMAGE, "--region", REGION], "--instance"),
        (["status", NAME], "--region"),
        (["invoke", NAME, "--model", "dall-e"], "--model dall-e"),
    ],
)
def test_a_choice_that_does_not_fit_is_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == 1
    printed = capsys.readouterr().err
    assert said in printed
    assert printed.startswith("studio-endpoint: ")


def test_a_price_that_the_file_does_not_have_is_no_obstacle() -> None:
    price = hourly_price("ml.g99.xlarge", REGION)
    assert price.dollars is None
    assert "https://aws.amazon.com/sagemaker/ai/pricing/" in price.told(1, 1)


def test_at_rest_nothing_is_promised_that_is_not_so() -> None:
    told = hourly_price(GPU, REGION).told(0, 2)
    assert "At rest no instance runs" in told
    assert "Always on" not in told


@pytest.mark.parametrize("kind", ["trust", "execution", "operator", "notebook"])
def test_a_policy_is_printed_ready_for_aws_iam(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["policy", kind, "--account", ACCOUNT, "--endpoint", NAME, "--region", REGION]
    assert cli.run(asked) == 0
    text = capsys.readouterr().out
    assert json.loads(text)["Version"] == "2012-10-17"
    assert "${" not in text


def test_a_policy_of_the_own_container_names_its_image_and_archive(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["policy", "execution", "--account", ACCOUNT, "--endpoint", NAME, "--region", REGION]
    asked += ["--source", "image", "--image", IMAGE, "--archive", ARCHIVE]
    assert cli.run(asked) == 0
    text = capsys.readouterr().out
    assert f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/genai-studio-inference" in text
    assert "arn:aws:s3:::our-models/sd21/model.tar.gz" in text
    assert "jumpstart" not in text
