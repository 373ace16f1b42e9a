"""Tests for `make deploy` and `make destroy`, with AWS's responses stubbed."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from studio_deploy import __main__ as command
from studio_deploy import page, removal, stack
from studio_deploy.amplify_outputs import amplify_outputs
from studio_deploy.page_outputs import page_outputs
from studio_deploy.problems import Problem
from tests.infra.assembly import ROOT, Assembly
from tests.infra.deploy.stack_outputs import stack_outputs
from tests.infra.deploy.stubbed_account import REGION, StubbedAccount

STACK_OUTPUTS = stack_outputs()
STACK_ID = f"arn:aws:cloudformation:eu-central-1:123456789012:stack/{stack.STACK}/1"
NOW = datetime.now(UTC)
DATA = removal.RetainedData("eu-central-1_Ab12Cd34E", "Records-1", "images-1a2b")


@pytest.fixture
def account() -> StubbedAccount:
    return StubbedAccount()


def deployed(account: StubbedAccount) -> None:
    outputs = [{"OutputKey": key, "OutputValue": value} for key, value in STACK_OUTPUTS.items()]
    account.add_response(
        "cloudformation",
        "describe_stacks",
        {
            "Stacks": [
                {
                    "StackName": stack.STACK,
                    "StackId": STACK_ID,
                    "CreationTime": 0,
                    "StackStatus": "CREATE_COMPLETE",
                    "Outputs": outputs,
                }
            ]
        },
        StackName=stack.STACK,
    )


def described(account: StubbedAccount, status: str, name: str = stack.STACK) -> None:
    summary = {
        "StackName": stack.STACK,
        "StackId": STACK_ID,
        "CreationTime": NOW,
        "StackStatus": status,
    }
    account.add_response("cloudformation", "describe_stacks", {"Stacks": [summary]}, StackName=name)


def events(account: StubbedAccount, name: str, *found: dict[str, object]) -> None:
    """Expect a call that lists the events of a stack, and return these, newest first."""
    account.add_response(
        "cloudformation", "describe_stack_events", {"StackEvents": list(found)}, StackName=name
    )


def test_stack_name_matches_the_synthesized_template(assembly: Assembly) -> None:
    roots = [path.name for path in assembly.templates if ".nested." not in path.name]
    assert roots == [f"{stack.STACK}.template.json"]


def test_stack_has_every_output_that_is_read(assembly: Assembly) -> None:
    root = json.loads((assembly.directory / f"{stack.STACK}.template.json").read_text())
    assert set(STACK_OUTPUTS) <= set(root["Outputs"])


def test_amplify_outputs_contain_what_the_page_reads() -> None:
    outputs = amplify_outputs(STACK_OUTPUTS)
    assert outputs["version"] == "1.4"
    assert outputs["auth"]["user_pool_client_id"] == "1a2b3c"
    assert outputs["auth"]["mfa_methods"] == ["TOTP"]
    assert outputs["auth"]["password_policy"] == {
        "min_length": 12,
        "require_lowercase": False,
        "require_uppercase": False,
        "require_numbers": True,
        "require_symbols": True,
    }
    assert outputs["data"]["url"].endswith("/graphql")


def test_outputs_contain_no_identity_pool(assembly: Assembly) -> None:
    """With one, Amplify calls cognito-identity, which the page's policy blocks."""
    assert "identity_pool_id" not in amplify_outputs(STACK_OUTPUTS)["auth"]
    root = json.loads((assembly.directory / f"{stack.STACK}.template.json").read_text())
    assert "identityPoolId" not in root["Outputs"]
    listed = root["Metadata"]["AWS::Amplify::Auth"]["stackOutputs"]
    assert set(listed) <= set(root["Outputs"])


def test_published_outputs_name_no_resource_of_the_account() -> None:
    outputs = amplify_outputs(STACK_OUTPUTS)
    published = page_outputs(outputs)
    assert set(published) == {"version", "auth", "data", "custom"}
    assert published["custom"] == {"http_url": outputs["custom"]["http_url"]}
    text = json.dumps(published)
    for private in ("Records-1", "images-1a2b", "arn:aws", "genai-studio"):
        assert private in json.dumps(outputs)
        assert private not in text


def test_command_selects_the_published_outputs(tmp_path: Path) -> None:
    written = tmp_path / "amplify_outputs.json"
    written.write_text(json.dumps(amplify_outputs(STACK_OUTPUTS)))
    run = subprocess.run(
        [sys.executable, "-m", "studio_deploy.page_outputs", str(written)],
        cwd=ROOT / "infra" / "deploy",
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout) == page_outputs(amplify_outputs(STACK_OUTPUTS))


def test_command_converts_the_outputs_file_of_the_cdk(tmp_path: Path) -> None:
    written = tmp_path / "cdk-outputs.json"
    written.write_text(json.dumps({"amplify-d1a2b3c4-main-branch-0": STACK_OUTPUTS}))
    run = subprocess.run(
        [sys.executable, "-m", "studio_deploy.amplify_outputs", str(written)],
        cwd=ROOT / "infra" / "deploy",
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout) == amplify_outputs(STACK_OUTPUTS)


def test_zipped_page_contains_its_outputs_and_is_reproducible(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "a.js").write_text("1")
    outputs = amplify_outputs(STACK_OUTPUTS)
    archive = page.zip_page(tmp_path, outputs)
    with zipfile.ZipFile(io.BytesIO(archive)) as reader:
        assert reader.namelist() == ["assets/a.js", "index.html", "amplify_outputs.json"]
        assert json.loads(reader.read("amplify_outputs.json")) == page_outputs(outputs)
    assert page.zip_page(tmp_path, outputs) == archive


def job(account: StubbedAccount, status: str) -> None:
    summary = {
        "jobArn": "arn:aws:amplify:eu-central-1:123456789012:apps/d1/branches/main/jobs/1",
        "jobId": "1",
        "commitId": "HEAD",
        "commitMessage": "",
        "commitTime": 0,
        "startTime": 0,
        "status": status,
        "jobType": "MANUAL",
    }
    account.add_response("amplify", "get_job", {"job": {"summary": summary, "steps": []}})


def test_publish_waits_until_amplify_serves_the_page(
    account: StubbedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "_POLL_SECONDS", 0)
    job(account, "RUNNING")
    job(account, "SUCCEED")
    page.wait_until_served(account, "d1a2b3c4", "1")
    account.assert_all_called()


def test_failed_page_deployment_is_a_problem(account: StubbedAccount) -> None:
    job(account, "FAILED")
    with pytest.raises(Problem, match="get-job"):
        page.wait_until_served(account, "d1a2b3c4", "1")


def test_region_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["deploy", "--region", ""]) == 2
    assert "make deploy REGION=" in capsys.readouterr().out


def test_problems_prevent_the_deployment(
    account: StubbedAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    account.add_error("sts", "get_caller_identity", "InvalidClientTokenId")
    assert command.main(["deploy", "--region", REGION], lambda _: account) == 1
    assert "aws sso login" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"GENAI_STUDIO_SAGEMAKER_MODE": "streaming"}, "Use real-time or async"),
        ({"GENAI_STUDIO_SAGEMAKER_MODEL": "dall-e"}, "Choose one of: builtin-emoji"),
        ({"GENAI_STUDIO_CATALOG": "/nowhere.toml"}, "Could not read /nowhere.toml"),
        (
            {"GENAI_STUDIO_BEDROCK_MODEL": "stability.sd9"},
            "Choose one of: stability.sd3-5-large-v1:0",
        ),
        (
            {
                "GENAI_STUDIO_BEDROCK_MODEL": "stability.sd3-5-large-v1:0",
                "GENAI_STUDIO_BEDROCK_REGION": "eu-central-1",
            },
            "GENAI_STUDIO_BEDROCK_REGION=eu-central-1. Choose one of: us-west-2",
        ),
        (
            {
                "GENAI_STUDIO_BEDROCK_MODEL": "stability.sd3-5-large-v1:0",
                "GENAI_STUDIO_SAGEMAKER_ENDPOINT": "sd21",
            },
            "exclude each other",
        ),
    ],
)
def test_settings_with_which_no_function_starts_prevent_the_deployment(
    variables: dict[str, str],
    reason: str,
    account: StubbedAccount,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert command.main(["deploy", "--region", REGION], lambda _: account) == 1
    assert reason in capsys.readouterr().out


def test_destroy_without_a_stack_is_a_problem(
    account: StubbedAccount,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(command, "OUTPUTS", tmp_path / "outputs.json")
    missing = f"Stack with id {stack.STACK} does not exist"
    account.add_error("cloudformation", "describe_stacks", "ValidationError", missing)
    assert command.main(["destroy", "--region", REGION], lambda _: account) == 1
    assert "There is no studio" in capsys.readouterr().out


def test_destroy_requires_the_region_as_confirmation(
    account: StubbedAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed(account)
    code = command.main(["destroy", "--region", REGION], lambda _: account, lambda _: "yes")
    assert code == 1
    assert "Nothing was removed" in capsys.readouterr().out
    account.assert_all_called()


def deleted(account: StubbedAccount, status: str = "CREATE_COMPLETE") -> None:
    described(account, status)
    account.add_response(
        "cloudformation", "delete_stack", {}, StackName=STACK_ID, DeletionMode="STANDARD"
    )
    described(account, "DELETE_COMPLETE", STACK_ID)
    events(account, STACK_ID)


def test_destroy_retains_users_records_and_images_by_default(
    account: StubbedAccount,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(command, "OUTPUTS", tmp_path / "outputs.json")
    deployed(account)
    deleted(account)
    code = command.main(["destroy", "--region", REGION], lambda _: account, lambda _: REGION)
    output = capsys.readouterr().out
    assert code == 0
    assert "aws s3 rb --force s3://images-1a2b" in output
    assert 'make endpoint ARGS="delete genai-studio"' in output
    account.assert_all_called()


def resources(account: StubbedAccount, stack_name: str, *summaries: tuple[str, str, str]) -> None:
    found = [
        {
            "LogicalResourceId": kind.rpartition(":")[2],
            "PhysicalResourceId": identifier,
            "ResourceType": kind,
            "ResourceStatus": status,
            "LastUpdatedTimestamp": 0,
        }
        for kind, identifier, status in summaries
    ]
    account.add_response(
        "cloudformation",
        "list_stack_resources",
        {"StackResourceSummaries": found},
        StackName=stack_name,
    )


NESTED = "arn:aws:cloudformation:eu-central-1:123456789012:stack/{}/1"


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS"])
def test_destroy_removes_a_stack_whose_creation_failed(
    status: str,
    account: StubbedAccount,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(command, "OUTPUTS", tmp_path / "outputs.json")
    described(account, status)
    nested = [
        ("AWS::CloudFormation::Stack", NESTED.format(name), "DELETE_COMPLETE")
        for name in ("auth", "studio", "never-created")
    ]
    resources(account, stack.STACK, *nested)
    pool = ("AWS::Cognito::UserPool", "eu-central-1_Ab12Cd34E", "DELETE_SKIPPED")
    resources(account, NESTED.format("auth"), pool)
    resources(
        account,
        NESTED.format("studio"),
        ("AWS::DynamoDB::Table", "Records-1", "DELETE_SKIPPED"),
        ("AWS::S3::Bucket", "images-1a2b", "DELETE_COMPLETE"),
    )
    account.add_error("cloudformation", "list_stack_resources", "ValidationError")
    deleted(account, status)

    code = command.main(["destroy", "--region", REGION], lambda _: account, lambda _: REGION)

    output = capsys.readouterr().out
    assert code == 0
    assert "aws dynamodb delete-table --table-name Records-1" in output
    assert "delete-user-pool --user-pool-id eu-central-1_Ab12Cd34E" in output
    assert "s3 rb" not in output
    assert "make endpoint" not in output
    account.assert_all_called()


def test_destroy_continues_after_the_stack_is_deleted(
    account: StubbedAccount,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    written = tmp_path / "outputs.json"
    written.write_text(json.dumps(amplify_outputs(STACK_OUTPUTS)))
    monkeypatch.setattr(command, "OUTPUTS", written)
    missing = f"Stack with id {stack.STACK} does not exist"
    for _ in range(2):
        account.add_error("cloudformation", "describe_stacks", "ValidationError", missing)
    # The bucket is deleted already.
    account.add_error("s3", "list_objects_v2", "NoSuchBucket")
    account.add_error("dynamodb", "update_table", "ResourceNotFoundException")
    account.add_response("cognito-idp", "update_user_pool", {})
    account.add_error("cognito-idp", "delete_user_pool", "TooManyRequestsException")

    arguments = ["destroy", "--region", REGION, "--data", "delete"]
    with pytest.raises(ClientError):
        command.main(arguments, lambda _: account, lambda _: REGION)

    output = capsys.readouterr().out
    assert "To resume at this step: make destroy REGION=eu-central-1" in output
    assert "aws cognito-idp delete-user-pool" in output
    assert written.exists()
    account.assert_all_called()


def test_delete_removes_all_retained_data(account: StubbedAccount) -> None:
    keys = [{"Key": "alice/g1/1/0.png"}, {"Key": "alice/g1/1/0.webp"}]
    account.add_response("s3", "list_objects_v2", {"Contents": keys}, Bucket=DATA.bucket)
    account.add_response(
        "s3",
        "delete_objects",
        {},
        Bucket=DATA.bucket,
        Delete={"Objects": keys, "Quiet": True},
    )
    account.add_response("s3", "delete_bucket", {}, Bucket=DATA.bucket)
    account.add_response(
        "dynamodb", "update_table", {}, TableName=DATA.table, DeletionProtectionEnabled=False
    )
    account.add_response("dynamodb", "delete_table", {}, TableName=DATA.table)
    account.add_response(
        "cognito-idp",
        "update_user_pool",
        {},
        UserPoolId=DATA.user_pool,
        DeletionProtection="INACTIVE",
    )
    account.add_response("cognito-idp", "delete_user_pool", {}, UserPoolId=DATA.user_pool)
    removal.delete(account, DATA)
    account.assert_all_called()
