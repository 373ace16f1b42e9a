"""The CloudWatch metrics of a finished generation."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation, TimelineEntry
from genai_studio.hosts.aws.generation_metrics import count_finished
from tests.builders import ALICE, LEASE, NOON, a_generation, a_request, an_image
from tests.hosts.aws.support.emf import Datum, data_of

PROMPT = "my very private prompt"

ALL: tuple[tuple[str, str], ...] = ()
OF_MODEL = (("model", "builtin"),)


def a_finished_generation() -> Generation:
    """Return a generation that waited 3 s and took 4 s: two images for one cent."""
    queued = a_generation(request=a_request(PROMPT, count=2), estimated_cost=0.01)
    running = state_machine.claim(queued, NOON + timedelta(seconds=3), LEASE)
    steps = (
        TimelineEntry(NOON, "endpoint", "answered ENDPOINT_WARMING"),
        TimelineEntry(NOON, "endpoint", "generated 2 of 2", 4000),
        TimelineEntry(NOON, "images", "stored 2", 20),
    )
    images = (an_image(running, 0), an_image(running, 1))
    return state_machine.succeed(running, 1, NOON, images, steps)


def emitted_metrics(generation: Generation, capsys: pytest.CaptureFixture[str]) -> list[Datum]:
    count_finished(generation)
    lines = capsys.readouterr().out.splitlines()
    for line in lines:
        assert PROMPT not in line
        assert ALICE not in line
        assert generation.id not in line
    found = [datum for line in lines for datum in data_of(line)]
    assert {datum.namespace for datum in found} == {"genai-studio"}
    return found


def values(data: list[Datum], dimensions: tuple[tuple[str, str], ...]) -> dict[str, float]:
    return {datum.name: datum.value for datum in data if datum.dimensions == dimensions}


@pytest.mark.parametrize("dimensions", [ALL, OF_MODEL], ids=["studio", "model"])
def test_success_metrics(
    capsys: pytest.CaptureFixture[str], dimensions: tuple[tuple[str, str], ...]
) -> None:
    assert values(emitted_metrics(a_finished_generation(), capsys), dimensions) == {
        "GenerationsSucceeded": 1,
        "QueueWait": 3000,
        "EndpointLatency": 4000,
        "Images": 2,
        "EstimatedCost": 0.01,
    }


def test_failure_metrics_have_code_and_no_cost(capsys: pytest.CaptureFixture[str]) -> None:
    running = state_machine.claim(a_generation(), NOON, LEASE)
    failure = Failure(FailureCode.CONTENT_FILTERED, "The image was blocked.", retryable=False)
    data = emitted_metrics(state_machine.attempt_failed(running, 1, NOON, failure), capsys)
    assert values(data, ALL) == {"GenerationsFailed": 1, "QueueWait": 0}
    of_code = (*OF_MODEL, ("failure", "CONTENT_FILTERED"))
    assert values(data, of_code) == {"GenerationsFailed": 1}


def test_cancellation_before_start_has_no_queue_wait(
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = emitted_metrics(state_machine.cancel(a_generation(), NOON), capsys)
    assert values(data, OF_MODEL) == {"GenerationsCanceled": 1}


def test_record_without_timeline_has_no_latency(capsys: pytest.CaptureFixture[str]) -> None:
    data = emitted_metrics(replace(a_finished_generation(), timeline=()), capsys)
    assert "EndpointLatency" not in values(data, ALL)


def test_dashboard_and_alarms_use_emitted_metrics(
    capsys: pytest.CaptureFixture[str],
) -> None:
    monitoring = Path(__file__).parents[3] / "amplify" / "monitoring"
    sources = "".join(path.read_text("utf-8") for path in monitoring.glob("*.ts"))
    used = set(re.findall(r"studioMetric\('(\w+)'", sources))
    bug = Failure(FailureCode.INTERNAL, "Something went wrong.", retryable=True)
    failed = state_machine.fail(a_generation(), NOON, bug)
    canceled = state_machine.cancel(a_generation(), NOON)
    emitted = [
        values(emitted_metrics(one, capsys), ALL)
        for one in (a_finished_generation(), failed, canceled)
    ]
    assert used
    # `ColdStart` is tested in `test_instrumentation.py`.
    assert used <= {"ColdStart"}.union(*emitted)
