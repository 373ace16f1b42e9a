"""The pipe, the queue and what reads them are as `infra/pipeline.json` says, which the rehearsal
of the cloud goes by; the table is that of `infra/records-table.json`.
"""

from __future__ import annotations

import json
from typing import Any

from tests.infra.assembly import ROOT, Assembly

PIPELINE: dict[str, Any] = json.loads((ROOT / "infra" / "pipeline.json").read_text())
TABLE: dict[str, Any] = json.loads((ROOT / "infra" / "records-table.json").read_text())


def queue(assembly: Assembly, prefix: str) -> tuple[str, dict[str, Any]]:
    found = [
        (name, resource["Properties"])
        for name, resource in assembly.resources("AWS::SQS::Queue").items()
        if name.startswith(prefix)
    ]
    assert len(found) == 1
    return found[0]


def source(assembly: Assembly, prefix: str) -> dict[str, Any]:
    found = [
        resource["Properties"]
        for name, resource in assembly.resources("AWS::Lambda::EventSourceMapping").items()
        if name.startswith(prefix)
    ]
    assert len(found) == 1
    return dict(found[0])


def test_the_pipe_filters_and_writes_as_the_file_says(assembly: Assembly) -> None:
    wanted, pipe = PIPELINE["pipe"], assembly.only("AWS::Pipes::Pipe")
    stream = pipe["SourceParameters"]["DynamoDBStreamParameters"]
    filters = pipe["SourceParameters"]["FilterCriteria"]["Filters"]
    assert [json.loads(one["Pattern"]) for one in filters] == [wanted["filter"]]
    assert pipe["TargetParameters"] == {"InputTemplate": wanted["inputTemplate"]}
    assert stream["StartingPosition"] == wanted["startingPosition"]
    assert stream["BatchSize"] == wanted["batchSize"]
    assert stream["MaximumBatchingWindowInSeconds"] == wanted["maximumBatchingWindowSeconds"]
    assert stream["MaximumRecordAgeInSeconds"] == wanted["maximumRecordAgeSeconds"]
    assert stream["OnPartialBatchItemFailure"] == wanted["onPartialBatchItemFailure"]


def test_the_pipe_goes_from_the_stream_to_the_queue(assembly: Assembly) -> None:
    pipe = assembly.only("AWS::Pipes::Pipe")
    table = next(iter(assembly.resources("AWS::DynamoDB::Table")))
    work, _ = queue(assembly, "Work")
    missed, _ = queue(assembly, "Missed")
    assert pipe["Source"] == {"Fn::GetAtt": [table, "StreamArn"]}
    assert pipe["Target"] == {"Fn::GetAtt": [work, "Arn"]}
    stream = pipe["SourceParameters"]["DynamoDBStreamParameters"]
    assert stream["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [missed, "Arn"]}}


def test_the_queue_hides_keeps_and_gives_up_as_the_file_says(assembly: Assembly) -> None:
    _, work = queue(assembly, "Work")
    dead_name, dead = queue(assembly, "DeadLetters")
    wanted = PIPELINE["queue"]
    assert work["VisibilityTimeout"] == wanted["visibilityTimeoutSeconds"]
    assert work["MessageRetentionPeriod"] == wanted["messageRetentionSeconds"]
    assert work["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": [dead_name, "Arn"]},
        "maxReceiveCount": wanted["maxReceiveCount"],
    }
    wanted = PIPELINE["deadLetterQueue"]
    assert dead["MessageRetentionPeriod"] == wanted["messageRetentionSeconds"]


def test_queues_are_encrypted(assembly: Assembly) -> None:
    queues = assembly.properties("AWS::SQS::Queue")
    assert [one["SqsManagedSseEnabled"] for one in queues] == [True, True, True]


def test_the_worker_takes_one_at_a_time_and_no_more_than_the_endpoint_has_slots(
    assembly: Assembly,
) -> None:
    wanted, mapping = PIPELINE["worker"], source(assembly, "Worker")
    assert mapping["BatchSize"] == wanted["batchSize"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": wanted["maximumConcurrency"]}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_publisher_splits_what_fails_and_goes_on_in_the_end(assembly: Assembly) -> None:
    wanted, mapping = PIPELINE["publisher"], source(assembly, "Publisher")
    missed, _ = queue(assembly, "Missed")
    assert mapping["StartingPosition"] == wanted["startingPosition"]
    assert mapping["BatchSize"] == wanted["batchSize"]
    assert mapping["MaximumRetryAttempts"] == wanted["maximumRetryAttempts"]
    assert mapping["BisectBatchOnFunctionError"] == wanted["bisectBatchOnFunctionError"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination == {"Fn::GetAtt": [missed, "Arn"]}


def test_two_readers_follow_the_stream_which_is_all_a_shard_allows(assembly: Assembly) -> None:
    streams = [
        one
        for one in [
            *assembly.properties("AWS::Lambda::EventSourceMapping"),
            *assembly.properties("AWS::Pipes::Pipe"),
        ]
        if "StreamArn" in json.dumps([one.get("EventSourceArn"), one.get("Source")])
    ]
    assert len(streams) == 2


def test_functions_end_when_the_file_says(assembly: Assembly) -> None:
    for name in ("worker", "publisher", "completion", "sweeper"):
        assert assembly.function(name)["Timeout"] == PIPELINE[name]["timeoutSeconds"]


def test_a_message_stays_hidden_for_six_times_as_long_as_its_function_may_take(
    assembly: Assembly,
) -> None:
    _, work = queue(assembly, "Work")
    assert work["VisibilityTimeout"] >= 6 * assembly.function("worker")["Timeout"]


def test_the_sweeper_is_called_as_often_as_the_file_says(assembly: Assembly) -> None:
    minutes = PIPELINE["sweeper"]["rateMinutes"]
    rate = "rate(1 minute)" if minutes == 1 else f"rate({minutes} minutes)"
    assert assembly.only("AWS::Events::Rule")["ScheduleExpression"] == rate


def test_the_table_is_that_of_the_file(assembly: Assembly) -> None:
    table = assembly.only("AWS::DynamoDB::Table")
    assert {name: table[name] for name in TABLE if name != "StreamSpecification"} == {
        name: value for name, value in TABLE.items() if name != "StreamSpecification"
    }
    view = TABLE["StreamSpecification"]["StreamViewType"]
    assert table["StreamSpecification"] == {"StreamViewType": view}
    assert table["DeletionProtectionEnabled"] is True
