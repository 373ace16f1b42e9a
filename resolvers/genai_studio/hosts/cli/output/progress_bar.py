"""A progress bar for a generation, on standard error."""

from __future__ import annotations

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from genai_studio.hosts.cli.client.api_types import Generation
from genai_studio.hosts.cli.output.console import err
from genai_studio.hosts.cli.output.terminal_text import escape_controls

_WAITING_REASONS = {
    "ENDPOINT_WARMING": "waiting: the endpoint is starting",
    "ENDPOINT_THROTTLED": "waiting: the endpoint is overloaded",
    "RETRY": "waiting: the endpoint failed, retrying soon",
    "WORKER_LOST": "waiting: the worker was lost, retrying on another",
}


class ProgressBar:
    """Shows the state of a generation on a terminal; prints nothing elsewhere."""

    def __init__(self) -> None:
        console = err()
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[steps_done]}", markup=False),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._progress.add_task("connecting", total=None, steps_done="")

    def __enter__(self) -> ProgressBar:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    def show(self, generation: Generation) -> None:
        """Show the state of a generation."""
        self._progress.update(self._task, description=escape_controls(state_label(generation)))
        progress = generation.progress
        if progress is not None:
            self._progress.update(
                self._task,
                total=progress.steps,
                completed=progress.step,
                steps_done=f"step {progress.step} of {progress.steps}",
            )


def state_label(generation: Generation) -> str:
    """Describe the state of a generation in a few words."""
    if generation.status == "QUEUED":
        reason = _WAITING_REASONS.get(generation.waiting_reason or "")
        if reason is not None:
            return reason
        position = generation.queue_position
        return "queued" if position is None else f"queued, position {position}"
    labels = {"RUNNING": "generating", "SUCCEEDED": "done"}
    return labels.get(generation.status, generation.status.lower())
