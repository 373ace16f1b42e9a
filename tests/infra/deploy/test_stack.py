"""Tests for the deployment and the deletion of the stack: progress, resuming, failed states."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_deploy import stack, stack_events
from studio_deploy.problems import Problem
from studio_deploy.progress import Steps
from tests.infra.deploy.stubbed_account import StubbedAccount

STACK_ID = f"arn:aws:cloudformation:eu-central-1:123456789012:stack/{stack.STACK}/1"
NESTED_ID = "arn:aws:cloudformation:eu-central-1:123456789012:stack/studio/2"
NESTED = "AWS::CloudFormation::Stack"
BEGUN = datetime(2026, 5, 4, 12, tzinfo=UTC)
CONSEQUENCE = "Resource creation cancel" + "led"  # AWS spells it in British English.
MISSING = f"Stack with id {stack.STACK} does not exist"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> StubbedAccount:
    monkeypatch.setattr(stack_events, "_POLL_SECONDS", 0)
    monkeypatch.setattr(stack, "server_time", lambda _: BEGUN)
    return StubbedAccount()


def described(account: StubbedAccount, status: str, name: str = STACK_ID) -> None:
    summary = {
        "StackName": stack.STACK,
        "StackId": STACK_ID,
        "CreationTime": BEGUN,
        "StackStatus": status,
    }
    account.add_response("cloudformation", "describe_stacks", {"Stacks": [summary]}, StackName=name)


def event(number: int, name: str, status: str, **more: Any) -> dict[str, Any]:
    standard = {
        "StackId": STACK_ID,
        "EventId": f"{name}-{number}",
        "StackName": stack.STACK,
        "LogicalResourceId": name,
        "ResourceType": "AWS::SQS::Queue",
        "Timestamp": BEGUN + timedelta(seconds=number),
        "ResourceStatus": status,
    }
    return standard | more


def nested(number: int, status: str) -> dict[str, Any]:
    return event(number, "studio", status, ResourceType=NESTED, PhysicalResourceId=NESTED_ID)


def events(account: StubbedAccount, name: str, *found: dict[str, Any]) -> None:
    """Expect a call that lists the events of a stack. `found` is in the order of time."""
    newest_first = {"StackEvents": list(reversed(found))}
    account.add_response("cloudformation", "describe_stack_events", newest_first, StackName=name)


def change_set(account: StubbedAccount) -> None:
    account.add_response(
        "cloudformation",
        "describe_change_set",
        {"StackId": STACK_ID, "Status": "CREATE_COMPLETE"},
        StackName=stack.STACK,
        ChangeSetName=stack.CHANGE_SET,
    )
    account.add_response(
        "cloudformation",
        "execute_change_set",
        {},
        StackName=stack.STACK,
        ChangeSetName=stack.CHANGE_SET,
    )


def test_progress_is_one_line_for_each_group_of_resources(
    account: StubbedAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    change_set(account)
    earlier = event(-9, "Old", "CREATE_FAILED", ResourceStatusReason="long ago")
    root = [earlier, nested(1, "UPDATE_IN_PROGRESS")]
    described(account, "UPDATE_IN_PROGRESS")
    events(account, STACK_ID, *root)
    described(account, "UPDATE_COMPLETE")
    events(
        account,
        NESTED_ID,
        event(2, "Work", "CREATE_IN_PROGRESS"),
        event(3, "Work", "CREATE_COMPLETE"),
        event(4, "DeadLetters", "CREATE_COMPLETE"),
    )
    events(account, STACK_ID, *root, nested(5, "UPDATE_COMPLETE"))

    stack.execute(account)

    lines = [line.split(maxsplit=1)[1] for line in capsys.readouterr().out.splitlines()]
    assert lines == ["studio: UPDATE_COMPLETE, 2 resources", "UPDATE_COMPLETE"]
    account.assert_all_called()


def test_a_failed_creation_prints_its_reasons_and_both_ways_on(
    account: StubbedAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    change_set(account)
    described(account, "ROLLBACK_COMPLETE")
    events(
        account,
        STACK_ID,
        event(1, "Work", "CREATE_FAILED", ResourceStatusReason="Access denied"),
        event(2, "Other", "CREATE_FAILED", ResourceStatusReason=CONSEQUENCE),
    )

    with pytest.raises(Problem, match="ROLLBACK_COMPLETE") as failed:
        stack.execute(account)

    assert "make destroy" in failed.value.message
    assert "make deploy" in failed.value.command
    output = capsys.readouterr().out
    assert "studio/Work: CREATE_FAILED: Access denied" in output
    assert "Other" not in output


def test_without_a_change_set_the_resources_are_up_to_date(
    account: StubbedAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    account.add_error("cloudformation", "describe_change_set", "ChangeSetNotFound")
    stack.execute(account)
    assert "up to date" in capsys.readouterr().out


class Cdk:
    """Records the calls of the CDK instead of running it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: int = 0) -> None:
        self.calls: list[list[str]] = []
        self._code = code
        monkeypatch.setattr(subprocess, "run", self._run)

    def _run(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        self.calls.append(command[1:])
        return subprocess.CompletedProcess(command, self._code)


PREPARE = ["deploy", stack.STACK, "--method", "prepare-change-set"]


def test_a_first_deployment_prepares_a_change_set(
    account: StubbedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    cdk = Cdk(monkeypatch)
    account.add_error("cloudformation", "describe_stacks", "ValidationError", MISSING)
    stack.prepare(account)
    assert cdk.calls == [[*PREPARE, "--change-set-name", stack.CHANGE_SET]]


def test_the_cdk_accepts_the_options() -> None:
    cdk = stack.AMPLIFY / "node_modules" / ".bin" / "cdk"
    run = subprocess.run([str(cdk), "deploy", "--help"], capture_output=True, text=True, check=True)
    assert '"prepare-change-set"' in run.stdout
    assert "--change-set-name" in run.stdout


def test_deploy_resumes_after_an_interruption(
    account: StubbedAccount, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cdk = Cdk(monkeypatch)
    described(account, "CREATE_IN_PROGRESS", stack.STACK)
    described(account, "CREATE_IN_PROGRESS")
    events(account, STACK_ID)
    described(account, "CREATE_COMPLETE")
    events(account, STACK_ID)
    account.add_response(
        "cloudformation",
        "delete_change_set",
        {},
        StackName=stack.STACK,
        ChangeSetName=stack.CHANGE_SET,
    )

    stack.prepare(account)

    assert len(cdk.calls) == 1
    assert "Waiting for an earlier operation (CREATE_IN_PROGRESS)" in capsys.readouterr().out
    account.assert_all_called()


@pytest.mark.parametrize(
    ("status", "command"),
    [("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"), ("DELETE_FAILED", "make destroy")],
)
def test_states_that_the_cdk_cannot_leave_name_the_command(
    status: str, command: str, account: StubbedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    cdk = Cdk(monkeypatch)
    described(account, status, stack.STACK)
    with pytest.raises(Problem, match=command):
        stack.prepare(account)
    assert cdk.calls == []


def test_a_failed_cdk_is_a_problem(
    account: StubbedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    Cdk(monkeypatch, code=1)
    account.add_error("cloudformation", "describe_stacks", "ValidationError", MISSING)
    with pytest.raises(Problem, match="could not prepare"):
        stack.prepare(account)


def deletion(account: StubbedAccount, mode: str, status: str, *found: dict[str, Any]) -> None:
    account.add_response(
        "cloudformation", "delete_stack", {}, StackName=STACK_ID, DeletionMode=mode
    )
    described(account, status)
    events(account, STACK_ID, *found)


@pytest.mark.parametrize(
    "status",
    [
        "CREATE_FAILED",
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "DELETE_FAILED",
        "REVIEW_IN_PROGRESS",
    ],
)
def test_a_failed_stack_is_deleted(status: str, account: StubbedAccount) -> None:
    described(account, status, stack.STACK)
    deletion(account, "STANDARD", "DELETE_COMPLETE")
    stack.delete(account)
    account.assert_all_called()


def test_resources_that_cannot_be_deleted_are_left_behind(
    account: StubbedAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    described(account, "ROLLBACK_FAILED", stack.STACK)
    protected = event(1, "Records", "DELETE_FAILED", ResourceStatusReason="deletion protection")
    deletion(account, "STANDARD", "DELETE_FAILED", protected)
    deletion(account, "FORCE_DELETE_STACK", "DELETE_COMPLETE")

    stack.delete(account)

    output = capsys.readouterr().out
    assert "studio/Records: DELETE_FAILED: deletion protection" in output
    assert "Leaving them behind" in output
    account.assert_all_called()


def test_a_deletion_that_fails_twice_is_a_problem(account: StubbedAccount) -> None:
    described(account, "DELETE_FAILED", stack.STACK)
    deletion(account, "STANDARD", "DELETE_FAILED")
    deletion(account, "FORCE_DELETE_STACK", "DELETE_FAILED")
    with pytest.raises(Problem, match="describe-stack-events"):
        stack.delete(account)


def test_a_running_update_ends_before_the_deletion(account: StubbedAccount) -> None:
    described(account, "UPDATE_IN_PROGRESS", stack.STACK)
    described(account, "UPDATE_COMPLETE")
    events(account, STACK_ID)
    deletion(account, "STANDARD", "DELETE_COMPLETE")
    stack.delete(account)
    account.assert_all_called()


def test_the_time_of_a_response_is_that_of_the_server() -> None:
    headers = {"date": "Mon, 04 May 2026 12:00:00 GMT"}
    response = {"ResponseMetadata": {"HTTPHeaders": headers}}
    assert stack_events.server_time(response) == BEGUN


def test_a_failed_step_names_the_command_that_resumes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    steps = Steps(2, "make deploy REGION=eu-central-1")
    with steps.step("First"):
        pass
    with pytest.raises(ValueError, match="wrong"), steps.step("Second"):
        raise ValueError("wrong")
    assert capsys.readouterr().out.splitlines() == [
        "[1/2] First …",
        "[1/2] First: done in 0:00",
        "[2/2] Second …",
        "[2/2] Second: stopped after 0:00. To resume at this step: make deploy REGION=eu-central-1",
    ]
