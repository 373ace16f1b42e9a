from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console, RenderableType

from genai_studio.hosts.cli.client.api_types import (
    Failure,
    Generation,
    Timeline,
    TimelineEntry,
    decode,
)
from genai_studio.hosts.cli.output.history_table import history_table
from genai_studio.hosts.cli.output.progress_bar import state_label
from genai_studio.hosts.cli.output.timeline_table import timeline_summary, timeline_table
from tests.fakes.studio_client import generation_data

ID = "01a209a8-d76e-775b-8bb2-16e615fb3161"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def rendered(table: RenderableType, width: int) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def a_generation(**fields: Any) -> Generation:
    defaults = {
        "status": "SUCCEEDED",
        "version": 1,
        "id": ID,
        "prompt": "a red apple [bold]on\na table",
        "favorite": True,
        "height": 128,
    }
    return decode(generation_data(**{**defaults, **fields}), Generation)


def a_timeline(**fields: Any) -> Timeline:
    entries = (
        TimelineEntry(at=NOON, component="api", step="accepted", milliseconds=None),
        TimelineEntry(
            at=NOON + timedelta(seconds=1.25),
            component="endpoint",
            step="generated 1 of 1",
            milliseconds=1200,
        ),
    )
    defaults: dict[str, Any] = {
        "status": "SUCCEEDED",
        "prompt": "a red apple",
        "model": "builtin",
        "created_at": NOON,
        "finished_at": NOON + timedelta(seconds=1.3),
        "failure": None,
        "timeline": entries,
    }
    return Timeline(**{**defaults, **fields})


def test_a_narrow_history_table_shows_whole_ids_and_literal_prompts() -> None:
    text = rendered(history_table([a_generation()], wide=False), 90)
    assert ID in text
    assert "★ a red apple [bold]on a table" in text
    assert len(text.splitlines()) == 2


def test_a_wide_history_table_shows_all_columns() -> None:
    text = rendered(history_table([a_generation(favorite=False)], wide=True), 160)
    assert "256×128" in text
    assert "★" not in text


def test_timeline_times_are_relative_to_the_submit() -> None:
    lines = rendered(timeline_table(a_timeline()), 80).splitlines()
    assert lines[0].split() == ["Time", "Duration", "Component", "Step"]
    assert lines[1].split() == ["+0", "ms", "api", "accepted"]
    assert lines[2].split()[:5] == ["+1250", "ms", "1200", "ms", "endpoint"]


@pytest.mark.parametrize(
    ("fields", "summary"),
    [
        ({}, "SUCCEEDED after 1300 ms."),
        ({"status": "RUNNING", "finished_at": None}, "RUNNING, not finished."),
        (
            {"status": "FAILED", "failure": Failure(code="TIMEOUT", message="Too slow.")},
            "FAILED after 1300 ms. Too slow. (TIMEOUT)",
        ),
    ],
)
def test_timeline_summary(fields: dict[str, Any], summary: str) -> None:
    assert timeline_summary(a_timeline(**fields)) == summary


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"status": "QUEUED", "queuePosition": 3}, "queued, position 3"),
        ({"status": "QUEUED"}, "queued"),
        (
            {"status": "QUEUED", "waitingReason": "ENDPOINT_WARMING", "queuePosition": 1},
            "waiting: the endpoint is starting",
        ),
        ({"status": "RUNNING"}, "generating"),
        ({"status": "SUCCEEDED"}, "done"),
        ({"status": "CANCELED"}, "canceled"),
    ],
)
def test_state_label(fields: dict[str, Any], label: str) -> None:
    assert state_label(a_generation(**fields)) == label
