"""Execution of a plan, with rollback if a step fails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from studio_endpoint.aws.call import Parameters
from studio_endpoint.aws.error_translation import translated
from studio_endpoint.aws.waiter import Waiter
from studio_endpoint.errors import StudioEndpointError
from studio_endpoint.plan.step import Removal, RemovalResult, Step


class DeployFailed(StudioEndpointError):
    """A step failed, and the steps before it were rolled back.

    Attributes:
        step: Name of the failed step.
        cause: The error.
        rollback: What was removed, and what was not.
    """

    def __init__(self, step: str, cause: StudioEndpointError, rollback: RemovalResult) -> None:
        super().__init__("\n".join((f"{step}: {cause}", *_summary(rollback))))
        self.step = step
        self.cause = cause
        self.rollback = rollback


def deploy(steps: Sequence[Step], waiter: Waiter) -> dict[str, Parameters]:
    """Execute every step and return the responses by step name.

    Raises:
        DeployFailed: A step failed. All earlier steps are undone in reverse order, and so is
            the failed step if it may have created its resource.
        KeyboardInterrupt: The operator interrupted the deployment. The rollback is the same.
    """
    responses: dict[str, Parameters] = {}
    created: list[Step] = []
    for step in steps:
        try:
            waiter.report(f"Creating {step.name} …")
            responses[step.name] = _create(step, created, waiter, responses)
            if step.ready is not None:
                waiter.wait(step.name, step.ready)
        except StudioEndpointError as error:
            raise DeployFailed(step.name, error, _roll_back(created, waiter)) from error
        except KeyboardInterrupt:
            for line in _summary(_roll_back(created, waiter)):
                waiter.report(line)
            raise
    return responses


def _create(
    step: Step, created: list[Step], waiter: Waiter, responses: dict[str, Parameters]
) -> Parameters:
    try:
        response = step.call.execute(waiter.clients, responses)
    except ClientError as error:
        raise translated(error, step.call) from error
    except BotoCoreError as error:
        # No response arrived, but AWS may have created the resource.
        created.append(step)
        raise translated(error, step.call) from error
    except KeyboardInterrupt:
        created.append(step)
        raise
    created.append(step)
    return response


def _roll_back(created: Iterable[Step], waiter: Waiter) -> RemovalResult:
    return remove(
        [
            Removal(
                name=step.name,
                call=step.undo,
                gone=step.gone,
                required_by_rest=step.required_by_rest,
            )
            for step in reversed(list(created))
            if step.undo is not None
        ],
        waiter,
    )


def remove(removals: Iterable[Removal], waiter: Waiter) -> RemovalResult:
    """Remove the resources in order. A resource that does not exist counts as removed.

    If a removal fails, the others continue unless they require it, because every hour of a
    forgotten endpoint costs money.
    """
    removed: list[str] = []
    remaining: dict[str, str] = {}
    blocker: str | None = None
    for removal in removals:
        if blocker is not None:
            remaining[removal.name] = f"It is kept until {blocker} is removed."
            continue
        try:
            waiter.report(f"Removing {removal.name} …")
            waiter.delete(removal.call)
            if removal.gone is not None:
                waiter.wait(removal.name, removal.gone)
        except StudioEndpointError as error:
            remaining[removal.name] = str(error)
            blocker = removal.name if removal.required_by_rest else None
        else:
            removed.append(removal.name)
    return RemovalResult(tuple(removed), remaining)


def remaining_line(name: str, reason: str) -> str:
    """Return the warning about a resource that could not be removed."""
    return f"NOT REMOVED, may still cost money: {name}. {reason}"


def _summary(result: RemovalResult) -> list[str]:
    lines = []
    if result.removed:
        lines.append(f"Rolled back: {', '.join(result.removed)}.")
    return lines + [remaining_line(name, reason) for name, reason in result.remaining.items()]
