"""Tests for the dashboard, the alarms and the budget."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from genai_studio.domain.generation import TimelineEntry
from genai_studio.hosts.aws.generation_metrics import NAMESPACE, count_finished
from genai_studio.hosts.aws.instrumentation import instrument
from tests.builders import NOON, a_generation, succeeded
from tests.infra.assembly import Assembly

ENDPOINT_ALARMS = {"EndpointErrorsAlarm", "IdleEndpointAlarm"}
ALARMS = ENDPOINT_ALARMS | {
    "DeadLetterQueueAlarm",
    "StreamFailuresAlarm",
    "OldestJobAlarm",
    "FailuresAlarm",
    "FunctionErrorsAlarm",
}


def alarms(assembly: Assembly) -> dict[str, dict[str, Any]]:
    """Return the alarms by logical ID without its hash suffix."""
    return {
        re.sub(r"[0-9A-F]{8}$", "", name): resource["Properties"]
        for name, resource in assembly.resources("AWS::CloudWatch::Alarm").items()
    }


def dashboard(assembly: Assembly) -> str:
    body = assembly.only("AWS::CloudWatch::Dashboard")["DashboardBody"]
    return "".join(part if isinstance(part, str) else "REF" for part in body["Fn::Join"][1])


def test_every_alarm_has_a_description_and_notifies_in_both_directions(assembly: Assembly) -> None:
    found = alarms(assembly)
    assert set(found) == ALARMS
    for alarm in found.values():
        assert len(alarm["AlarmDescription"].split()) > 5
        assert alarm["AlarmActions"] == alarm["OKActions"]
        assert alarm["TreatMissingData"] == "notBreaching"


def test_alarms_may_publish_to_their_topic(assembly: Assembly) -> None:
    [topic] = {json.dumps(alarm["AlarmActions"]) for alarm in alarms(assembly).values()}
    policies = [
        policy["PolicyDocument"]["Statement"]
        for policy in assembly.properties("AWS::SNS::TopicPolicy")
        if json.dumps(policy["Topics"]) == topic
    ]
    allowing = [statement for statement in policies[0] if statement["Effect"] == "Allow"]
    principals = [statement["Principal"] for statement in allowing]
    assert principals == [{"Service": "cloudwatch.amazonaws.com"}]
    assert [statement["Action"] for statement in allowing] == ["sns:Publish"]


def test_idle_endpoint_alarm_compares_instances_with_calls(assembly: Assembly) -> None:
    alarm = alarms(assembly)["IdleEndpointAlarm"]
    names = {metric["MetricStat"]["Metric"]["MetricName"] for metric in alarm["Metrics"][1:]}
    assert names == {"CPUUtilization", "Invocations"}
    assert alarm["EvaluationPeriods"] == 6


def test_bedrock_has_no_endpoint_to_watch(bedrock: Assembly) -> None:
    assert set(alarms(bedrock)) == ALARMS - ENDPOINT_ALARMS
    body = dashboard(bedrock)
    calls = r'"AWS/Bedrock","(\w+)","ModelId","stability.sd3-5-large-v1:0",{[^}]*"region":"(.*?)"'
    shown = re.findall(calls, body)
    assert ("Invocations", "us-west-2") in shown
    assert {region for _, region in shown} == {"us-west-2"}
    assert "AWS/SageMaker" not in body


@pytest.fixture
def measured(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """Return the metrics that the functions write without a dimension."""
    entry = TimelineEntry(NOON, "endpoint", "generated 1 of 1", 4000)
    done = replace(succeeded(a_generation(), NOON + timedelta(seconds=9)), timeline=(entry,))
    count_finished(done)
    instrument(lambda event, context: None)({}, None)
    found: set[str] = set()
    for line in capsys.readouterr().out.splitlines():
        for directive in json.loads(line)["_aws"]["CloudWatchMetrics"]:
            assert directive["Namespace"] == NAMESPACE
            if [] in directive["Dimensions"]:
                found |= {metric["Name"] for metric in directive["Metrics"]}
    return found


def test_dashboard_shows_metrics_that_the_functions_write(
    assembly: Assembly, measured: set[str]
) -> None:
    shown = set(re.findall(rf'\["{NAMESPACE}","(\w+)"', dashboard(assembly)))
    assert shown >= {"EstimatedCost", "EndpointLatency", "ColdStart", "GenerationsSucceeded"}
    # A generation that succeeded does not write the other two.
    assert shown - {"GenerationsFailed", "GenerationsCanceled"} <= measured


def test_dashboard_has_the_documented_graphs(assembly: Assembly) -> None:
    titles = re.findall(r'"title":"([^"]+)"', dashboard(assembly))
    for word in ("oldest", "result", "latency", "cold starts", "cost per image"):
        assert any(word in title for title in titles), word


def test_alarm_email_subscribes_to_alarms_and_the_budget(
    assembly: Assembly, configured: Assembly
) -> None:
    assert assembly.resources("AWS::Budgets::Budget") == {}
    budget = configured.only("AWS::Budgets::Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 100, "Unit": "USD"}
    notifications = budget["NotificationsWithSubscribers"]
    subscribers = [notification["Subscribers"] for notification in notifications]
    assert subscribers == [[{"SubscriptionType": "EMAIL", "Address": "operator@example.com"}]] * 3
    subscriptions = configured.properties("AWS::SNS::Subscription")
    protocols = [subscription["Protocol"] for subscription in subscriptions]
    assert sorted(protocols) == ["email", "lambda", "lambda"]
