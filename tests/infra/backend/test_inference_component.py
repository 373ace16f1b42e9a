"""Tests for endpoints with an inference component, which can scale to zero."""

from __future__ import annotations

import json

from tests.infra.assembly import Assembly, as_list, statements


def test_worker_may_call_the_component_and_alarms_use_the_endpoint(configured: Assembly) -> None:
    variables = configured.function("worker")["Environment"]["Variables"]
    assert variables["AWS_SM_EP"] == "Studio/sd21"
    (allowed,) = [
        statement
        for statement in statements(configured.role_of("worker"))
        if "sagemaker:InvokeEndpointAsync" in as_list(statement["Action"])
    ]
    resources = json.dumps(allowed["Resource"])
    assert ":endpoint/studio" in resources
    assert ":inference-component/sd21" in resources
    alarms = json.dumps(configured.resources("AWS::CloudWatch::Alarm"))
    assert '"Value": "Studio"' in alarms
    assert "sd21" not in alarms
