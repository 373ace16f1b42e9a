"""What is shown and what wakes somebody: measured by the functions, and by AWS."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from genai_studio.domain.generation import TimelineEntry
from genai_studio.hosts.aws.generation_metrics import NAMESPACE, count_finished
from genai_studio.hosts.aws.observed import observed
from tests.builders import NOON, a_generation, succeeded
from tests.infra.assembly import Assembly

ALARMS = {
    "DeadLetterQueueAlarm",
    "StreamFailuresAlarm",
    "OldestJobAlarm",
    "FailuresAlarm",
    "FunctionErrorsAlarm",
    "EndpointErrorsAlarm",
    "IdleEndpointAlarm",
}


def alarms(assembly: Assembly) -> dict[str, dict[str, Any]]:
    """Properties by name, less what CloudFormation makes unique."""
    return {
        re.sub(r"[0-9A-F]{8}$", "", name): resource["Properties"]
        for name, resource in assembly.resources("AWS::CloudWatch::Alarm").items()
    }


def dashboard(assembly: Assembly) -> str:
    body = assembly.only("AWS::CloudWatch::Dashboard")["DashboardBody"]
    return "".join(part if isinstance(part, str) else "REF" for part in body["Fn::Join"][1])


def test_there_is_an_alarm_for_each_thing_that_goes_wrong(assembly: Assembly) -> None:
    found = alarms(assembly)
    assert set(found) == ALARMS
    for alarm in found.values():
        assert len(alarm["AlarmDescription"].split()) > 5
        assert alarm["AlarmActions"] == alarm["OKActions"]
        assert alarm["TreatMissingData"] == "notBreaching"


def test_alarms_may_speak_to_the_topic_they_name(assembly: Assembly) -> None:
    [topic] = {json.dumps(alarm["AlarmActions"]) for alarm in alarms(assembly).values()}
    policies = [
        one["PolicyDocument"]["Statement"]
        for one in assembly.properties("AWS::SNS::TopicPolicy")
        if json.dumps(one["Topics"]) == topic
    ]
    speaking = [one for one in policies[0] if one["Effect"] == "Allow"]
    assert [one["Principal"] for one in speaking] == [{"Service": "cloudwatch.amazonaws.com"}]
    assert [one["Action"] for one in speaking] == ["sns:Publish"]


def test_an_endpoint_that_is_paid_for_and_idle_wakes_somebody(assembly: Assembly) -> None:
    alarm = alarms(assembly)["IdleEndpointAlarm"]
    names = {one["MetricStat"]["Metric"]["MetricName"] for one in alarm["Metrics"][1:]}
    assert names == {"CPUUtilization", "Invocations"}
    assert alarm["EvaluationPeriods"] == 6


@pytest.fixture
def measured(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """Metrics that the functions write for the whole studio: those without a dimension."""
    drew = TimelineEntry(NOON, "endpoint", "drew 1 of 1", 4000)
    done = replace(succeeded(a_generation(), NOON + timedelta(seconds=9)), timeline=(drew,))
    count_finished(done)
    observed(lambda event, context: None)({}, None)
    found: set[str] = set()
    for line in capsys.readouterr().out.splitlines():
        written = json.loads(line)
        for one in written["_aws"]["CloudWatchMetrics"]:
            assert one["Namespace"] == NAMESPACE
            if [] in one["Dimensions"]:
                found |= {metric["Name"] for metric in one["Metrics"]}
    return found


def test_what_is_shown_of_the_studio_is_what_its_functions_measure(
    assembly: Assembly, measured: set[str]
) -> None:
    shown = set(re.findall(rf'\["{NAMESPACE}","(\w+)"', dashboard(assembly)))
    assert shown >= {"EstimatedCost", "EndpointLatency", "ColdStart", "GenerationsSucceeded"}
    # Of one that succeeded the others are not written.
    assert shown - {"GenerationsFailed", "GenerationsCanceled"} <= measured


def test_the_page_of_an_operator_shows_what_they_ask_for_first(assembly: Assembly) -> None:
    titles = re.findall(r'"title":"([^"]+)"', dashboard(assembly))
    for word in ("oldest", "result", "latency", "cold starts", "cost per image"):
        assert any(word in title for title in titles), word


def test_an_operator_who_names_an_address_is_told_there_and_of_what_it_costs(
    assembly: Assembly, opened: Assembly
) -> None:
    assert assembly.resources("AWS::Budgets::Budget") == {}
    budget = opened.only("AWS::Budgets::Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 100, "Unit": "USD"}
    told = [one["Subscribers"] for one in budget["NotificationsWithSubscribers"]]
    assert told == [[{"SubscriptionType": "EMAIL", "Address": "operator@example.com"}]] * 3
    protocols = [one["Protocol"] for one in opened.properties("AWS::SNS::Subscription")]
    assert sorted(protocols) == ["email", "lambda", "lambda"]
