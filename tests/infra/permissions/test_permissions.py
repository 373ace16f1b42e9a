"""Each function's rights are sufficient, and no more.

What it is granted is held against the operations that the rehearsal of the cloud
recorded (`operations.json`), and against a short list of what no rehearsal can
record, each with its reason.
"""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.infra.assembly import AMPLIFY, ROOT, Assembly, as_list, statements

RECORDED: dict[str, list[str]] = json.loads(
    (ROOT / "tests" / "infra" / "permissions" / "operations.json").read_text("utf-8")
)

# What each operation needs, where IAM calls it otherwise.
NEEDED = {
    # Its parts: records and keys are put, counters are updated.
    "dynamodb:TransactWriteItems": {"dynamodb:PutItem", "dynamodb:UpdateItem"},
    "s3:ListObjectsV2": {"s3:ListBucket"},
    "s3:DeleteObjects": {"s3:DeleteObject"},
    "s3:HeadObject": {"s3:GetObject"},
    "sqs:ChangeMessageVisibilityBatch": {"sqs:ChangeMessageVisibility"},
    # The mode chooses the one call that is made: the rehearsal's streams, the preset does not.
    "sagemaker-runtime:InvokeEndpointWithResponseStream": {"sagemaker:InvokeEndpoint"},
}

EVERYWHERE = {
    "logs:CreateLogStream": "Lambda writes the function's log",
    "logs:PutLogEvents": "the same",
    "xray:PutTraceSegments": "Lambda traces the function",
    "xray:PutTelemetryRecords": "the same",
}
STREAM = "Lambda's event source reads the stream by this role"
QUEUE = "Lambda's event source reads the queue by this role"
COLLECTING = "an asynchronous endpoint alone calls it: tests/hosts/aws/test_async_functions.py"

NOT_RECORDED: dict[str, dict[str, str]] = {
    "appsync": {},
    "http": {},
    "publisher": {
        "dynamodb:DescribeStream": STREAM,
        "dynamodb:GetRecords": STREAM,
        "dynamodb:GetShardIterator": STREAM,
        "dynamodb:ListStreams": STREAM,
        "sqs:SendMessage": "Lambda notes by this role what could not be carried on",
    },
    "worker": {
        "sqs:DeleteMessage": QUEUE,
        "sqs:GetQueueAttributes": QUEUE,
        "sqs:ReceiveMessage": QUEUE,
    },
    "sweeper": {},
    "completion": {
        "dynamodb:GetItem": COLLECTING,
        "dynamodb:PutItem": COLLECTING,
        "dynamodb:UpdateItem": COLLECTING,
        "s3:DeleteObject": COLLECTING,
        "s3:GetObject": COLLECTING,
        "s3:ListBucket": COLLECTING,
        "s3:PutObject": COLLECTING,
    },
}


def granted(assembly: Assembly, name: str) -> list[str]:
    return [
        action
        for statement in statements(assembly.role_of(name))
        for action in as_list(statement["Action"])
    ]


def recorded(name: str) -> set[str]:
    found: set[str] = set()
    for operation in RECORDED.get(name, []):
        found |= NEEDED.get(operation, {operation})
    return found


@pytest.mark.parametrize("name", NOT_RECORDED)
def test_a_function_may_do_what_it_does_and_no_more(name: str, assembly: Assembly) -> None:
    wanted = recorded(name) | set(NOT_RECORDED[name]) | set(EVERYWHERE)
    assert set(granted(assembly, name)) == wanted


@pytest.mark.parametrize("name", NOT_RECORDED)
def test_nothing_is_excused_that_was_recorded(name: str) -> None:
    assert recorded(name) & set(NOT_RECORDED[name]) == set()


def test_every_function_that_was_rehearsed_is_looked_at() -> None:
    assert set(RECORDED) <= set(NOT_RECORDED)


def test_the_worker_may_call_the_endpoint_in_its_mode_alone() -> None:
    script = """
      import { permissions } from './functions/permissions'
      const queue = { queueArn: 'arn' }
      const queues = { work: queue, deadLetter: queue, streamFailures: queue }
      const calls = (mode) => permissions({ mode, queues, endpoints: ['arn'] }).worker
        .flatMap((statement) => statement.actions).filter((one) => one.startsWith('sagemaker:'))
      console.log(JSON.stringify(['real-time', 'streaming', 'async'].map(calls)))
    """
    tsx = AMPLIFY / "node_modules" / ".bin" / "tsx"
    run = subprocess.run(
        [str(tsx), "--eval", script], cwd=AMPLIFY, capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == [
        ["sagemaker:InvokeEndpoint"],
        # What SageMaker demands for the second (botocore's description of the operation).
        ["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"],
        ["sagemaker:InvokeEndpointAsync"],
    ]


def test_only_the_roles_that_publish_may_call_the_field_for_it(assembly: Assembly) -> None:
    publishing = [name for name in NOT_RECORDED if "appsync:GraphQL" in granted(assembly, name)]
    assert publishing == ["publisher", "worker"]
    for name in publishing:
        [rule] = [
            one
            for one in statements(assembly.role_of(name))
            if as_list(one["Action"]) == ["appsync:GraphQL"]
        ]
        resource = json.dumps(rule["Resource"])
        assert "/types/Mutation/fields/publishGeneration" in resource
        assert "*" not in resource
