"""`make deploy` and `make destroy`, up to what only AWS can do."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from studio_deploy import __main__ as command
from studio_deploy import page, removal, stack
from studio_deploy.amplify_outputs import amplify_outputs
from studio_deploy.problems import Problem
from tests.infra.assembly import ROOT, Assembly
from tests.infra.deploy.stubbed_account import REGION, StubbedAccount

TOLD = {
    "authRegion": REGION,
    "userPoolId": "eu-central-1_Ab12Cd34E",
    "webClientId": "1a2b3c",
    "identityPoolId": "eu-central-1:11111111-2222-3333-4444-555555555555",
    "usernameAttributes": '["email"]',
    "signupAttributes": '["email"]',
    "verificationMechanisms": '["email"]',
    "allowUnauthenticatedIdentities": "false",
    "mfaConfiguration": "OPTIONAL",
    "mfaTypes": '["TOTP"]',
    "passwordPolicyMinLength": "12",
    "passwordPolicyRequirements": '["REQUIRES_NUMBERS","REQUIRES_SYMBOLS"]',
    "customOutputs": json.dumps(
        {
            "version": "1.4",
            "data": {
                "url": f"https://ab12.appsync-api.{REGION}.amazonaws.com/graphql",
                "aws_region": REGION,
            },
            "storage": {"bucket_name": "pictures-1a2b", "aws_region": REGION},
            "custom": {
                "page_app_id": "d1a2b3c4",
                "page_url": "https://main.d1a2b3c4.amplifyapp.com",
                "http_url": f"https://x.execute-api.{REGION}.amazonaws.com/graphql",
                "records_table": "Records-1",
                "endpoint": "genai-studio",
            },
        }
    ),
}
DATA = removal.Data("eu-central-1_Ab12Cd34E", "Records-1", "pictures-1a2b")


@pytest.fixture
def account() -> StubbedAccount:
    return StubbedAccount()


def deployed(account: StubbedAccount) -> None:
    outputs = [{"OutputKey": key, "OutputValue": value} for key, value in TOLD.items()]
    account.answers(
        "cloudformation",
        "describe_stacks",
        {
            "Stacks": [
                {
                    "StackName": stack.STACK,
                    "CreationTime": 0,
                    "StackStatus": "CREATE_COMPLETE",
                    "Outputs": outputs,
                }
            ]
        },
        StackName=stack.STACK,
    )


def test_the_stack_is_the_one_that_is_synthesised(assembly: Assembly) -> None:
    roots = [path.name for path in assembly.templates if ".nested." not in path.name]
    assert roots == [f"{stack.STACK}.template.json"]


def test_everything_that_is_read_is_told_by_the_stack(assembly: Assembly) -> None:
    root = json.loads((assembly.directory / f"{stack.STACK}.template.json").read_text())
    assert set(TOLD) <= set(root["Outputs"])


def test_the_page_is_told_what_it_reads() -> None:
    outputs = amplify_outputs(TOLD)
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


def test_a_build_of_amplifys_own_writes_the_same_from_the_cdks_file(tmp_path: Path) -> None:
    written = tmp_path / "cdk-outputs.json"
    written.write_text(json.dumps({"amplify-d1a2b3c4-main-branch-0": TOLD}))
    run = subprocess.run(
        [sys.executable, "-m", "studio_deploy.amplify_outputs", str(written)],
        cwd=ROOT / "infra" / "deploy",
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout) == amplify_outputs(TOLD)


def test_the_packed_page_holds_its_outputs_and_is_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "a.js").write_text("1")
    outputs: dict[str, Any] = {"version": "1.4"}
    archive = page.packed(tmp_path, outputs)
    with zipfile.ZipFile(io.BytesIO(archive)) as reader:
        assert reader.namelist() == ["assets/a.js", "index.html", "amplify_outputs.json"]
        assert json.loads(reader.read("amplify_outputs.json")) == outputs
    assert page.packed(tmp_path, outputs) == archive


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
    account.answers("amplify", "get_job", {"job": {"summary": summary, "steps": []}})


def test_it_waits_until_amplify_serves_the_page(
    account: StubbedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "_PAUSE_SECONDS", 0)
    job(account, "RUNNING")
    job(account, "SUCCEED")
    page.wait(account, "d1a2b3c4", "1")
    account.demand_all_asked()


def test_a_page_that_amplify_does_not_take_is_a_problem(account: StubbedAccount) -> None:
    job(account, "FAILED")
    with pytest.raises(Problem, match="get-job"):
        page.wait(account, "d1a2b3c4", "1")


def test_a_region_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["deploy", "--region", ""]) == 2
    assert "make deploy REGION=" in capsys.readouterr().out


def test_where_something_stands_in_the_way_nothing_is_deployed(
    account: StubbedAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    account.refuses("sts", "get_caller_identity", "InvalidClientTokenId")
    assert command.main(["deploy", "--region", REGION], lambda _: account) == 1
    assert "aws sso login" in capsys.readouterr().out


def test_where_no_studio_is_there_is_nothing_to_destroy(
    account: StubbedAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = f"Stack with id {stack.STACK} does not exist"
    account.refuses("cloudformation", "describe_stacks", "ValidationError", missing)
    assert command.main(["destroy", "--region", REGION], lambda _: account) == 1
    assert "There is no studio" in capsys.readouterr().out


def test_nothing_is_destroyed_without_the_region_typed_once_more(
    account: StubbedAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed(account)
    code = command.main(["destroy", "--region", REGION], lambda _: account, lambda _: "yes")
    assert code == 1
    assert "Nothing was removed" in capsys.readouterr().out
    account.demand_all_asked()


def gone(account: StubbedAccount) -> None:
    account.answers("cloudformation", "delete_stack", {}, StackName=stack.STACK)
    missing = f"Stack with id {stack.STACK} does not exist"
    account.refuses("cloudformation", "describe_stacks", "ValidationError", missing)


def test_people_records_and_pictures_stay_unless_asked(
    account: StubbedAccount,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(command, "OUTPUTS", tmp_path / "outputs.json")
    deployed(account)
    gone(account)
    code = command.main(["destroy", "--region", REGION], lambda _: account, lambda _: REGION)
    said = capsys.readouterr().out
    assert code == 0
    assert "aws s3 rb --force s3://pictures-1a2b" in said
    assert 'make endpoint ARGS="delete genai-studio"' in said
    account.demand_all_asked()


def test_with_their_deletion_asked_for_nothing_is_left(account: StubbedAccount) -> None:
    keys = [{"Key": "alice/g1/1/0.png"}, {"Key": "alice/g1/1/0.webp"}]
    account.answers("s3", "list_objects_v2", {"Contents": keys}, Bucket=DATA.bucket)
    account.answers(
        "s3",
        "delete_objects",
        {},
        Bucket=DATA.bucket,
        Delete={"Objects": keys, "Quiet": True},
    )
    account.answers("s3", "delete_bucket", {}, Bucket=DATA.bucket)
    account.answers(
        "dynamodb", "update_table", {}, TableName=DATA.table, DeletionProtectionEnabled=False
    )
    account.answers("dynamodb", "delete_table", {}, TableName=DATA.table)
    account.answers(
        "cognito-idp",
        "update_user_pool",
        {},
        UserPoolId=DATA.user_pool,
        DeletionProtection="INACTIVE",
    )
    account.answers("cognito-idp", "delete_user_pool", {}, UserPoolId=DATA.user_pool)
    removal.delete(account, DATA)
    account.demand_all_asked()
