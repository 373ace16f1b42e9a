"""Tests that the templates match the contracts in `infra/`.

Pipe, queues and event sources match `infra/pipeline.json`, which the rehearsal also
uses; the table matches `infra/records-table.json`.
"""

from __future__ import annotations

import json
from typing import Any

from genai_studio.aws.records.table import GENERATION, TOMBSTONE
from tests.infra.assembly import ROOT, Assembly

PIPELINE: dict[str, Any] = json.loads((ROOT / "infra" / "pipeline.json").read_text())
TABLE: dict[str, Any] = json.loads((ROOT / "infra" / "records-table.json").read_text())


def queue(assembly: Assembly, prefix: str) -> tuple[str, dict[str, Any]]:
    return assembly.starting_with("AWS::SQS::Queue", prefix)


def event_source(assembly: Assembly, prefix: str) -> dict[str, Any]:
    _, properties = assembly.starting_with("AWS::Lambda::EventSourceMapping", prefix)
    return properties


def test_pipe_matches_the_contract(assembly: Assembly) -> None:
    contract, pipe = PIPELINE["pipe"], assembly.only("AWS::Pipes::Pipe")
    stream = pipe["SourceParameters"]["DynamoDBStreamParameters"]
    filters = pipe["SourceParameters"]["FilterCriteria"]["Filters"]
    assert [json.loads(one["Pattern"]) for one in filters] == [contract["filter"]]
    assert pipe["TargetParameters"] == {"InputTemplate": contract["inputTemplate"]}
    assert stream["StartingPosition"] == contract["startingPosition"]
    assert stream["BatchSize"] == contract["batchSize"]
    assert stream["MaximumBatchingWindowInSeconds"] == contract["maximumBatchingWindowSeconds"]
    assert stream["MaximumRecordAgeInSeconds"] == contract["maximumRecordAgeSeconds"]
    assert stream["OnPartialBatchItemFailure"] == contract["onPartialBatchItemFailure"]


def test_pipe_connects_the_stream_with_the_queue(assembly: Assembly) -> None:
    pipe = assembly.only("AWS::Pipes::Pipe")
    table = next(iter(assembly.resources("AWS::DynamoDB::Table")))
    work, _ = queue(assembly, "Work")
    stream_failures, _ = queue(assembly, "Missed")
    assert pipe["Source"] == {"Fn::GetAtt": [table, "StreamArn"]}
    assert pipe["Target"] == {"Fn::GetAtt": [work, "Arn"]}
    stream = pipe["SourceParameters"]["DynamoDBStreamParameters"]
    assert stream["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [stream_failures, "Arn"]}}


def test_queues_match_the_contract(assembly: Assembly) -> None:
    _, work = queue(assembly, "Work")
    dead_letter_id, dead_letter = queue(assembly, "DeadLetters")
    contract = PIPELINE["queue"]
    assert work["VisibilityTimeout"] == contract["visibilityTimeoutSeconds"]
    assert work["MessageRetentionPeriod"] == contract["messageRetentionSeconds"]
    assert work["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": [dead_letter_id, "Arn"]},
        "maxReceiveCount": contract["maxReceiveCount"],
    }
    contract = PIPELINE["deadLetterQueue"]
    assert dead_letter["MessageRetentionPeriod"] == contract["messageRetentionSeconds"]


def test_queues_are_encrypted(assembly: Assembly) -> None:
    queues = assembly.properties("AWS::SQS::Queue")
    assert [properties["SqsManagedSseEnabled"] for properties in queues] == [True, True, True]


def test_worker_source_matches_the_contract(assembly: Assembly) -> None:
    contract, mapping = PIPELINE["worker"], event_source(assembly, "Worker")
    assert mapping["BatchSize"] == contract["batchSize"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": contract["maximumConcurrency"]}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_publisher_source_matches_the_contract(assembly: Assembly) -> None:
    contract, mapping = PIPELINE["publisher"], event_source(assembly, "Publisher")
    stream_failures, _ = queue(assembly, "Missed")
    assert mapping["StartingPosition"] == contract["startingPosition"]
    assert mapping["BatchSize"] == contract["batchSize"]
    assert mapping["ParallelizationFactor"] == contract["parallelizationFactor"]
    filters = mapping["FilterCriteria"]["Filters"]
    assert [json.loads(one["Pattern"]) for one in filters] == [contract["filter"]]
    assert mapping["MaximumRetryAttempts"] == contract["maximumRetryAttempts"]
    assert mapping["BisectBatchOnFunctionError"] == contract["bisectBatchOnFunctionError"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination == {"Fn::GetAtt": [stream_failures, "Arn"]}


def test_publisher_filter_selects_the_items_that_it_processes() -> None:
    condition = PIPELINE["publisher"]["filter"]["dynamodb"]["Keys"]["sk"]["S"]
    assert condition == [{"prefix": GENERATION}, {"prefix": TOMBSTONE}]


def test_worker_may_send_jobs_back_to_its_queue(assembly: Assembly) -> None:
    """By default, Lambda dead-letters a job after 16 rounds."""
    assert assembly.function("worker")["RecursiveLoop"] == "Allow"
    for name in ("appsync", "http", "publisher", "sweeper", "completion", "verifier"):
        assert "RecursiveLoop" not in assembly.function(name)


def test_failed_sweep_is_not_retried(assembly: Assembly) -> None:
    sweeper, _ = assembly.starting_with("AWS::Lambda::Function", "Sweeper")
    asynchronous = assembly.only("AWS::Lambda::EventInvokeConfig")
    assert asynchronous["FunctionName"] == {"Ref": sweeper}
    assert asynchronous["MaximumRetryAttempts"] == 0
    [target] = assembly.only("AWS::Events::Rule")["Targets"]
    assert target["RetryPolicy"]["MaximumRetryAttempts"] == 0


def test_stream_has_two_readers_which_is_the_limit_of_a_shard(assembly: Assembly) -> None:
    readers = [
        reader
        for reader in [
            *assembly.properties("AWS::Lambda::EventSourceMapping"),
            *assembly.properties("AWS::Pipes::Pipe"),
        ]
        if "StreamArn" in json.dumps([reader.get("EventSourceArn"), reader.get("Source")])
    ]
    assert len(readers) == 2


def test_function_timeouts_match_the_contract(assembly: Assembly) -> None:
    for name in ("worker", "publisher", "completion", "sweeper", "verifier"):
        assert assembly.function(name)["Timeout"] == PIPELINE[name]["timeoutSeconds"]


def test_visibility_timeout_is_at_least_six_times_the_worker_timeout(
    assembly: Assembly,
) -> None:
    _, work = queue(assembly, "Work")
    assert work["VisibilityTimeout"] >= 6 * assembly.function("worker")["Timeout"]


def test_sweeper_schedule_matches_the_contract(assembly: Assembly) -> None:
    minutes = PIPELINE["sweeper"]["rateMinutes"]
    rate = "rate(1 minute)" if minutes == 1 else f"rate({minutes} minutes)"
    assert assembly.only("AWS::Events::Rule")["ScheduleExpression"] == rate


def test_table_matches_the_contract(assembly: Assembly) -> None:
    table = assembly.only("AWS::DynamoDB::Table")
    assert {name: table[name] for name in TABLE if name != "StreamSpecification"} == {
        name: value for name, value in TABLE.items() if name != "StreamSpecification"
    }
    view = TABLE["StreamSpecification"]["StreamViewType"]
    assert table["StreamSpecification"] == {"StreamViewType": view}
    assert table["DeletionProtectionEnabled"] is True
