"""A live line of how far a generation is, on standard error."""

from __future__ import annotations

from typing import Any

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from genai_studio.hosts.cli.output.console import err

_WAITING = {
    "ENDPOINT_WARMING": "the endpoint is starting",
    "ENDPOINT_THROTTLED": "the endpoint has too much to do",
    "RETRY": "the endpoint failed, waiting to try again",
    "WORKER_LOST": "the worker was lost, waiting for another",
}


class ProgressBar:
    """Draws itself on a terminal and is silent elsewhere; use it as a context."""

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
        self._task = self._progress.add_task("asking", total=None, steps_done="")

    def __enter__(self) -> ProgressBar:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    def show(self, generation: dict[str, Any]) -> None:
        """Draw one state of a generation, as the API tells it."""
        self._progress.update(self._task, description=described(generation))
        progress = generation.get("progress")
        if progress is not None:
            self._progress.update(
                self._task,
                total=progress["steps"],
                completed=progress["step"],
                steps_done=f"step {progress['step']} of {progress['steps']}",
            )

    def say(self, what: str) -> None:
        """Draw a state that the API does not know of."""
        self._progress.update(self._task, description=what)


def described(generation: dict[str, Any]) -> str:
    """A generation's state in a few words."""
    status: str = generation["status"]
    if status == "QUEUED":
        reason = _WAITING.get(generation.get("waitingReason") or "")
        position = generation.get("queuePosition")
        if reason is not None:
            return reason
        return "queued" if position is None else f"queued, number {position}"
    return {"RUNNING": "drawing", "SUCCEEDED": "done"}.get(status, status.lower())
