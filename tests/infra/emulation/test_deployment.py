"""A second opinion: the templates in an emulator of CloudFormation that others wrote.

The steps of `make deploy` and `make destroy` run over real sockets. Only the CDK's upload is
replaced, because some resources must be removed from the templates (`refusals.py`).
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from genai_studio.aws.user_pool import UserPool
from genai_studio.hosts.cli.client.cognito import sign_in
from studio_deploy import __main__ as command
from studio_deploy import stack, stack_events
from studio_deploy.amplify_outputs import amplify_outputs
from studio_deploy.custom_http import custom_http
from tests.infra.assembly import Assembly
from tests.infra.emulation.emulated_account import POLL_SECONDS, EmulatedAccount
from tests.infra.emulation.refusals import (
    NOT_RUN,
    REFUSED,
    alone,
    every_resource,
    is_accepted,
    kind,
)
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.running import url_of
from tests.servers.resources.user_pool import PASSWORD

REGIONS = {"assembly": "eu-west-1", "configured": "eu-west-2", "bedrock": "eu-west-3"}
"""Other tests of this run use other regions of the same ministack."""

REFUSALS = "eu-north-1"

Outputs = Mapping[str, Any]


@pytest.mark.parametrize("name", REGIONS)
def test_stack_is_created_and_removed(
    name: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    assembly: Assembly = request.getfixturevalue(name)
    account = EmulatedAccount(REGIONS[name])
    monkeypatch.setattr(stack_events, "_POLL_SECONDS", POLL_SECONDS)
    monkeypatch.setattr(command, "OUTPUTS", tmp_path / "amplify_outputs.json")
    account.bootstrap()
    prepared = replace_cdk(monkeypatch, account, account.upload(assembly))

    stack.prepare(account)
    assert prepared == [""]
    stack.execute(account)

    expected = [one["Type"] for one in every_resource(assembly) if is_accepted(one)]
    assert sorted(account.resource_types(stack.STACK)) == sorted(expected)
    outputs = amplify_outputs(stack.outputs(account))
    assert_outputs_name_resources(account, outputs)
    variables = assert_functions_name_resources(account, outputs)
    assert_queue_and_pipe(account, outputs, variables)
    assert_user_can_sign_in(account, outputs)

    capsys.readouterr()
    stack.prepare(account)
    assert "didn't contain changes" in prepared[1]
    stack.execute(account)
    assert "up to date" in capsys.readouterr().out
    assert amplify_outputs(stack.outputs(account)) == outputs

    assert_destroy_leaves_nothing(account, outputs)


def replace_cdk(
    monkeypatch: pytest.MonkeyPatch, account: EmulatedAccount, template: str
) -> list[str]:
    """Prepare the change sets here instead of with the CDK. Return a list of the results."""
    results: list[str] = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        assert stack.CHANGE_SET in command
        results.append(account.prepare_change_set(template))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(stack, "subprocess", SimpleNamespace(run=run))
    return results


def assert_outputs_name_resources(account: EmulatedAccount, outputs: Outputs) -> None:
    custom, bucket = outputs["custom"], outputs["storage"]["bucket_name"]
    table = account.client("dynamodb").describe_table(TableName=custom["records_table"])["Table"]
    assert table["StreamSpecification"] == {
        "StreamEnabled": True,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {"due", "lists"}
    assert table["DeletionProtectionEnabled"] is True

    s3 = account.client("s3")
    [rule] = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert "GET" in rule["AllowedMethods"]
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):  # ministack ignores it
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    assert f"https://{bucket}.s3.{account.region}" in custom_http(outputs)

    auth, cognito = outputs["auth"], account.client("cognito-idp")
    assert auth["aws_region"] == account.region
    client = cognito.describe_user_pool_client(
        UserPoolId=auth["user_pool_id"], ClientId=auth["user_pool_client_id"]
    )["UserPoolClient"]
    assert "ALLOW_USER_SRP_AUTH" in client["ExplicitAuthFlows"]

    apis = account.client("appsync").list_graphql_apis()["graphqlApis"]
    assert outputs["data"]["url"] in [api["uris"]["GRAPHQL"] for api in apis]
    apis = account.client("apigatewayv2").get_apis()["Items"]
    assert any(custom["http_url"].startswith(api["ApiEndpoint"]) for api in apis)


def assert_functions_name_resources(account: EmulatedAccount, outputs: Outputs) -> dict[str, str]:
    """Return the environment variables of all functions together."""
    variables: dict[str, str] = {}
    for function in account.client("lambda").list_functions()["Functions"]:
        variables |= function.get("Environment", {}).get("Variables", {})
    assert variables["GENAI_STUDIO_RECORDS_TABLE"] == outputs["custom"]["records_table"]
    assert variables["OUT_S3_BUCKET_NAME"] == outputs["storage"]["bucket_name"]
    return variables


def assert_queue_and_pipe(
    account: EmulatedAccount, outputs: Outputs, variables: Mapping[str, str]
) -> None:
    sqs = account.client("sqs")
    arns = {}
    for name in ("GENAI_STUDIO_QUEUE_URL", "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL"):
        attributes = sqs.get_queue_attributes(QueueUrl=variables[name], AttributeNames=["All"])
        arns[name] = attributes["Attributes"]
    queue, dead_letters = arns.values()
    assert json.loads(queue["RedrivePolicy"])["deadLetterTargetArn"] == dead_letters["QueueArn"]

    table = account.client("dynamodb").describe_table(TableName=outputs["custom"]["records_table"])
    stream = table["Table"]["LatestStreamArn"]
    mappings = account.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    sources = {mapping["EventSourceArn"] for mapping in mappings}
    assert {stream, queue["QueueArn"]} <= sources
    pipes = account.client("pipes")
    [pipe] = pipes.list_pipes()["Pipes"]
    assert (pipe["Source"], pipe["Target"]) == (stream, queue["QueueArn"])


def assert_user_can_sign_in(account: EmulatedAccount, outputs: Outputs) -> None:
    """Sign in with SRP to the user pool and the app client of the template."""
    auth, cognito = outputs["auth"], account.client("cognito-idp")
    user = {"UserPoolId": auth["user_pool_id"], "Username": "ada@example.com"}
    cognito.admin_create_user(**user)
    cognito.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)
    pool = UserPool(auth["user_pool_id"], auth["user_pool_client_id"], url_of(MINISTACK))
    assert sign_in(pool, user["Username"], PASSWORD, unexpected_question).access


def unexpected_question(label: str, *, secret: bool) -> str:
    raise AssertionError(label)


def assert_destroy_leaves_nothing(account: EmulatedAccount, outputs: Outputs) -> None:
    """Delete the stack and its data.

    ministack ignores the deletion policies of nested stacks, so it deletes the data with the
    stack. `tests/infra/permissions/test_protection.py` tests the policies.
    """
    command.OUTPUTS.write_text(json.dumps(outputs), "utf-8")
    arguments = ["destroy", "--region", account.region, "--data", "delete"]
    assert command.main(arguments, lambda region: account, lambda question: account.region) == 0
    assert stack.find(account) is None
    assert remaining(account) == []


def remaining(account: EmulatedAccount) -> list[Any]:
    """Return the resources in the region, without what belongs to the CDK's bootstrap stack."""
    buckets = account.client("s3").list_buckets(BucketRegion=account.region)["Buckets"]
    return [
        *account.client("lambda").list_functions()["Functions"],
        *account.client("pipes").list_pipes()["Pipes"],
        *account.client("sqs").list_queues().get("QueueUrls", []),
        *account.client("appsync").list_graphql_apis()["graphqlApis"],
        *account.client("apigatewayv2").get_apis()["Items"],
        *account.client("cloudwatch").describe_alarms()["MetricAlarms"],
        *account.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"],
        *account.client("dynamodb").list_tables()["TableNames"],
        *(bucket for bucket in buckets if not bucket["Name"].startswith("cdk-")),
    ]


@pytest.mark.parametrize("of_kind", REFUSED)
def test_ministack_still_refuses_what_the_stack_leaves_out(
    of_kind: str, assembly: Assembly, configured: Assembly
) -> None:
    resources = every_resource(assembly) + every_resource(configured)
    resource = next(one for one in resources if kind(one) == of_kind)
    name = "".join(filter(str.isalnum, of_kind))
    assert REFUSED[of_kind] in EmulatedAccount(REFUSALS).refusal(name, alone(resource))


def test_what_cannot_be_run_is_in_the_templates(configured: Assembly) -> None:
    assert {kind(resource) for resource in every_resource(configured)} >= NOT_RUN
