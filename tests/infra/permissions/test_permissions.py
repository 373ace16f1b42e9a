"""Tests that each function has exactly the permissions that it needs.

Granted actions must equal the operations that the rehearsal recorded
(`operations.json`), plus a short list of actions that the rehearsal cannot record,
each with its reason.
"""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.infra.assembly import AMPLIFY, ROOT, Assembly, as_list, statements

FOLDER = ROOT / "tests" / "infra" / "permissions"
RECORDED: dict[str, list[str]] = json.loads((FOLDER / "operations.json").read_text("utf-8"))
RECORDED_WITH_BEDROCK: dict[str, list[str]] = json.loads(
    (FOLDER / "operations-bedrock.json").read_text("utf-8")
)
"""Of the worker in a shorter rehearsal, which calls only a part of the other operations."""

ACTIONS = {
    # A transaction puts records and keys, and updates counters.
    "dynamodb:TransactWriteItems": {"dynamodb:PutItem", "dynamodb:UpdateItem"},
    "s3:ListObjectsV2": {"s3:ListBucket"},
    "s3:DeleteObjects": {"s3:DeleteObject"},
    "s3:HeadObject": {"s3:GetObject"},
    "sqs:ChangeMessageVisibilityBatch": {"sqs:ChangeMessageVisibility"},
    # The rehearsal uses streaming mode; the template is synthesized for real-time mode.
    "sagemaker-runtime:InvokeEndpointWithResponseStream": {"sagemaker:InvokeEndpoint"},
    "bedrock-runtime:InvokeModel": {"bedrock:InvokeModel"},
}

"""IAM actions of an operation, where they differ from its name."""

RUNTIME = {
    "logs:CreateLogStream": "Lambda writes the function's log",
    "logs:PutLogEvents": "Lambda writes the function's log",
    "xray:PutTraceSegments": "Lambda traces the function",
    "xray:PutTelemetryRecords": "Lambda traces the function",
}
STREAM = "Lambda's event source mapping reads the stream with this role"
QUEUE = "Lambda's event source mapping reads the queue with this role"
COLLECTING = "used only with an asynchronous endpoint: tests/hosts/aws/test_async_functions.py"

UPLOADING = {
    "s3:ListBucket": "finds the objects of an upload: tests/contract/uploads",
    "s3:PutObject": "presigned uploads, and what is decoded from them: tests/contract/uploads",
}

PURGING = {
    "dynamodb:DeleteItem": "a purge deletes in a transaction; alone only what never ran",
}

NOT_RECORDED: dict[str, dict[str, str]] = {
    # The rehearsal uploads by AppSync only.
    "appsync": PURGING,
    "http": UPLOADING | PURGING,
    "publisher": {
        "dynamodb:DescribeStream": STREAM,
        "dynamodb:GetRecords": STREAM,
        "dynamodb:GetShardIterator": STREAM,
        "dynamodb:ListStreams": STREAM,
        "sqs:SendMessage": "Lambda sends failed batches to the on-failure destination",
    },
    "worker": {
        "sqs:DeleteMessage": QUEUE,
        "sqs:GetQueueAttributes": QUEUE,
        "sqs:ReceiveMessage": QUEUE,
    },
    "sweeper": {},
    "verifier": {},
    "completion": {
        "dynamodb:GetItem": COLLECTING,
        "dynamodb:PutItem": COLLECTING,
        "dynamodb:UpdateItem": COLLECTING,
        "kms:GetPublicKey": COLLECTING,
        "kms:Sign": COLLECTING,
        "s3:DeleteObject": COLLECTING,
        "s3:GetObject": COLLECTING,
        "s3:ListBucket": COLLECTING,
        "s3:PutObject": COLLECTING,
    },
}


def granted_actions(assembly: Assembly, name: str) -> list[str]:
    return [
        action
        for statement in statements(assembly.role_of(name))
        for action in as_list(statement["Action"])
    ]


def recorded_actions(name: str) -> set[str]:
    actions: set[str] = set()
    for operation in RECORDED.get(name, []):
        actions |= ACTIONS.get(operation, {operation})
    return actions


@pytest.mark.parametrize("name", NOT_RECORDED)
def test_function_has_exactly_the_permissions_that_it_uses(name: str, assembly: Assembly) -> None:
    used = recorded_actions(name) | set(NOT_RECORDED[name]) | set(RUNTIME)
    assert set(granted_actions(assembly, name)) == used


@pytest.mark.parametrize("name", NOT_RECORDED)
def test_with_bedrock_only_the_call_of_the_model_differs(
    name: str, assembly: Assembly, bedrock: Assembly
) -> None:
    recorded = {
        action
        for operation in RECORDED_WITH_BEDROCK.get(name, [])
        for action in ACTIONS.get(operation, {operation})
    }
    expected = {
        action for action in granted_actions(assembly, name) if not action.startswith("sagemaker:")
    }
    assert set(granted_actions(bedrock, name)) == expected | recorded
    assert ("bedrock:InvokeModel" in recorded) is (name == "worker")


def test_worker_may_call_only_the_selected_model_in_bedrock(bedrock: Assembly) -> None:
    [allowed] = [
        statement
        for statement in statements(bedrock.role_of("worker"))
        if "bedrock:InvokeModel" in as_list(statement["Action"])
    ]
    assert allowed["Action"] == "bedrock:InvokeModel"
    partition = {"Ref": "AWS::Partition"}
    arn = ":bedrock:us-west-2::foundation-model/stability.sd3-5-large-v1:0"
    assert allowed["Resource"] == {"Fn::Join": ["", ["arn:", partition, arn]]}


@pytest.mark.parametrize("name", NOT_RECORDED)
def test_exceptions_contain_no_recorded_action(name: str) -> None:
    assert recorded_actions(name) & set(NOT_RECORDED[name]) == set()


def test_every_rehearsed_function_is_checked() -> None:
    assert set(RECORDED) <= set(NOT_RECORDED)


def test_worker_may_call_the_endpoint_only_in_the_configured_mode() -> None:
    script = """
      import { permissions } from './functions/permissions'
      const queue = { queueArn: 'arn' }
      const queues = { work: queue, deadLetter: queue, streamFailures: queue }
      const calls = (mode) => permissions({ mode, queues, endpoints: ['arn'] }).worker
        .flatMap((statement) => statement.actions)
        .filter((action) => /^(sagemaker|bedrock):/.test(action))
      console.log(JSON.stringify(['real-time', 'streaming', 'async', 'bedrock'].map(calls)))
    """
    tsx = AMPLIFY / "node_modules" / ".bin" / "tsx"
    run = subprocess.run(
        [str(tsx), "--eval", script], cwd=AMPLIFY, capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == [
        ["sagemaker:InvokeEndpoint"],
        # InvokeEndpointWithResponseStream also requires InvokeEndpoint (botocore's documentation).
        ["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"],
        ["sagemaker:InvokeEndpointAsync"],
        ["bedrock:InvokeModel"],
    ]


@pytest.mark.parametrize("name", ["appsync", "http"])
def test_the_api_may_write_and_list_uploads_only(name: str, assembly: Assembly) -> None:
    found = {
        as_list(statement["Action"])[0]: statement
        for statement in statements(assembly.role_of(name))
    }

    assert '"/uploads/*"' in json.dumps(found["s3:PutObject"]["Resource"])
    assert found["s3:ListBucket"]["Condition"] == {"StringLike": {"s3:prefix": "uploads/*"}}


def test_verifier_may_read_images_and_certificates_only(assembly: Assembly) -> None:
    [key] = assembly.resources("AWS::KMS::Key")
    [bucket] = [
        {"Fn::GetAtt": [name, "Arn"]}
        for name in assembly.resources("AWS::S3::Bucket")
        if name.startswith("Pictures")
    ]
    [read] = [
        statement
        for statement in statements(assembly.role_of("verifier"))
        if statement["Action"] == "s3:GetObject"
    ]
    assert read["Resource"] == [
        {"Fn::Join": ["", [bucket, "/*.png"]]},
        {"Fn::Join": ["", [bucket, "/content-credentials/", {"Ref": key}, ".pem"]]},
    ]


def test_only_publisher_and_worker_may_call_publish_generation(assembly: Assembly) -> None:
    publishing = [
        name for name in NOT_RECORDED if "appsync:GraphQL" in granted_actions(assembly, name)
    ]
    assert publishing == ["publisher", "worker"]
    for name in publishing:
        [publish] = [
            statement
            for statement in statements(assembly.role_of(name))
            if as_list(statement["Action"]) == ["appsync:GraphQL"]
        ]
        resource = json.dumps(publish["Resource"])
        assert "/types/Mutation/fields/publishGeneration" in resource
        assert "*" not in resource
