"""An endpoint that rests at zero in real time is called by one of its inference components."""

from __future__ import annotations

import json

from tests.infra.assembly import Assembly, as_list, statements


def test_functions_may_call_the_component_and_alarms_watch_the_endpoint(opened: Assembly) -> None:
    variables = opened.function("worker")["Environment"]["Variables"]
    assert variables["AWS_SM_EP"] == "Studio/sd21"
    (allowed,) = [
        statement
        for statement in statements(opened.role_of("worker"))
        if "sagemaker:InvokeEndpointAsync" in as_list(statement["Action"])
    ]
    called = json.dumps(allowed["Resource"])
    assert ":endpoint/studio" in called
    assert ":inference-component/sd21" in called
    alarms = json.dumps(opened.resources("AWS::CloudWatch::Alarm"))
    assert '"Value": "Studio"' in alarms
    assert "sd21" not in alarms
