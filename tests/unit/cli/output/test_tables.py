from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console, RenderableType

from genai_studio.hosts.cli.output.history_table import history_table
from genai_studio.hosts.cli.output.progress_bar import described
from genai_studio.hosts.cli.output.timeline_table import timeline_table

ID = "01a209a8-d76e-775b-8bb2-16e615fb3161"


def drawn(table: RenderableType, width: int) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def a_row(**fields: Any) -> dict[str, Any]:
    standard: dict[str, Any] = {
        "id": ID,
        "status": "SUCCEEDED",
        "prompt": "a red apple [bold]on\na table",
        "favorite": True,
        "createdAt": "2026-05-04T12:00:00.000Z",
        "model": "builtin",
        "width": 256,
        "height": 128,
        "seed": 7,
    }
    return {**standard, **fields}


def test_a_narrow_history_keeps_ids_whole_and_prompts_as_typed() -> None:
    text = drawn(history_table([a_row()], wide=False), 90)
    assert ID in text
    assert "★ a red apple [bold]on a table" in text
    assert len(text.splitlines()) == 2


def test_a_wide_history_tells_the_rest_too() -> None:
    text = drawn(history_table([a_row(favorite=False)], wide=True), 160)
    assert "256×128" in text
    assert "★" not in text


def test_a_timeline_counts_from_acceptance() -> None:
    entries = [
        {"at": "2026-05-04T12:00:00.000Z", "component": "api", "step": "accepted"},
        {"at": "2026-05-04T12:00:01.250Z", "component": "endpoint", "step": "drew 1 of 1"},
    ]
    for entry, took in zip(entries, (None, 1200), strict=True):
        entry["milliseconds"] = took  # type: ignore[assignment]
    timeline = {"createdAt": "2026-05-04T12:00:00.000Z", "timeline": entries}
    lines = drawn(timeline_table(timeline), 80).splitlines()
    assert lines[1].split() == ["+0", "ms", "api", "accepted"]
    assert lines[2].split() == ["+1250", "ms", "1200", "ms", "endpoint", "drew", "1", "of", "1"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "QUEUED", "queuePosition": 3}, "queued, number 3"),
        ({"status": "QUEUED"}, "queued"),
        (
            {"status": "QUEUED", "waitingReason": "ENDPOINT_WARMING", "queuePosition": 1},
            "the endpoint is starting",
        ),
        ({"status": "RUNNING"}, "drawing"),
        ({"status": "SUCCEEDED"}, "done"),
        ({"status": "CANCELED"}, "canceled"),
    ],
)
def test_a_state_is_told_in_a_few_words(fields: dict[str, Any], words: str) -> None:
    assert described(fields) == words
