"""Carrying a plan out, and taking it back when a step fails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from studio_endpoint.call import Parameters
from studio_endpoint.errors import EndpointProblem, problem
from studio_endpoint.step import Removal, Removed, Step
from studio_endpoint.waiting import Waiting


class DeployFailed(EndpointProblem):
    """A step failed; what had been made was removed again.

    Attributes:
        step: Name of the step.
        cause: What was wrong.
        removed: What was taken back, and what could not be.
    """

    def __init__(self, step: str, cause: EndpointProblem, removed: Removed) -> None:
        super().__init__("\n".join((f"{step}: {cause}", *_told(removed))))
        self.step = step
        self.cause = cause
        self.removed = removed


def deploy(steps: Sequence[Step], waiting: Waiting) -> dict[str, Parameters]:
    """Make every step; answers of the calls by the steps' names.

    Raises:
        DeployFailed: One failed. Everything before it is removed in reverse
            order, and so is what it may itself have left.
        KeyboardInterrupt: The operator gave up; the same was done.
    """
    answers: dict[str, Parameters] = {}
    made: list[Step] = []
    for step in steps:
        try:
            waiting.tell(f"Making {step.name} …")
            answers[step.name] = _made(step, made, waiting, answers)
            if step.until is not None:
                waiting.until(step.name, step.until)
        except EndpointProblem as error:
            raise DeployFailed(step.name, error, _taken_back(made, waiting)) from error
        except KeyboardInterrupt:
            for line in _told(_taken_back(made, waiting)):
                waiting.tell(line)
            raise
    return answers


def _made(
    step: Step, made: list[Step], waiting: Waiting, answers: dict[str, Parameters]
) -> Parameters:
    try:
        answer = step.call.make(waiting.clients, answers)
    except ClientError as error:
        raise problem(error, step.call) from error
    except BotoCoreError as error:
        # No answer came: AWS may have done it all the same.
        made.append(step)
        raise problem(error, step.call) from error
    except KeyboardInterrupt:
        made.append(step)
        raise
    made.append(step)
    return answer


def _taken_back(made: Iterable[Step], waiting: Waiting) -> Removed:
    return remove(
        [
            Removal(
                name=step.name,
                call=step.undo,
                gone=step.gone,
                stands_on_rest=step.stands_on_rest,
            )
            for step in reversed(list(made))
            if step.undo is not None
        ],
        waiting,
    )


def remove(removals: Iterable[Removal], waiting: Waiting) -> Removed:
    """Remove one thing after the other; what is not there counts as removed.

    What cannot be removed is named in the answer, and the rest is removed all
    the same unless it is stood upon: each hour of a forgotten endpoint costs money.
    """
    names: list[str] = []
    left: dict[str, str] = {}
    standing: str | None = None
    for removal in removals:
        if standing is not None:
            left[removal.name] = f"It stays as long as {standing} does."
            continue
        try:
            waiting.tell(f"Removing {removal.name} …")
            waiting.remove(removal.call)
            if removal.gone is not None:
                waiting.until(removal.name, removal.gone)
        except EndpointProblem as error:
            left[removal.name] = str(error)
            standing = removal.name if removal.stands_on_rest else None
        else:
            names.append(removal.name)
    return Removed(tuple(names), left)


def _told(removed: Removed) -> list[str]:
    lines = []
    if removed.names:
        lines.append(f"Removed again: {', '.join(removed.names)}.")
    lines += [
        f"STILL THERE, and perhaps charged: {name}. {why}" for name, why in removed.left.items()
    ]
    return lines
