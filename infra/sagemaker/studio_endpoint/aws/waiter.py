"""Waiting for state changes that take AWS minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from studio_endpoint.aws.call import Call, Clients
from studio_endpoint.aws.error_translation import startup_error
from studio_endpoint.aws.send import send_or_none
from studio_endpoint.errors import NotFound, ResourceBusy, WaitTimeout

POLL_SECONDS = 15.0
TIMEOUT_SECONDS = 75 * 60.0
"""Longer than SageMaker's own time limits: one hour for the download of a model and one hour
for its start, both of which run in parallel with the provisioning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitCondition:
    """A state to wait for.

    Attributes:
        call: Describes the resource.
        member: Top-level member of the response that holds the state.
        success: States that end the wait. Empty to wait until the resource is gone.
        failure: States that end the wait with an error.
        reason: Member that holds the reason of a failure.
    """

    call: Call
    member: str
    success: frozenset[str] = frozenset()
    failure: frozenset[str] = frozenset()
    reason: str = "FailureReason"


@dataclass(frozen=True, slots=True)
class Waiter:
    """Poll AWS until a resource reaches a state.

    Attributes:
        clients: Source of the boto3 clients.
        report: Receives each new state, for people.
        sleep: Sleeps for a number of seconds.
        now: A monotonic clock, in seconds.
    """

    clients: Clients
    report: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic

    def wait(self, name: str, condition: WaitCondition) -> None:
        """Return when the condition is fulfilled.

        Raises:
            NotFound: The resource disappeared before it reached a success state.
            WaitTimeout: `TIMEOUT_SECONDS` passed.
            StudioEndpointError: The resource failed. The type depends on its
                `FailureReason`.
        """
        deadline = self.now() + TIMEOUT_SECONDS
        last = ""
        while True:
            state, reason = self._state(condition)
            if state is None:
                if condition.success:
                    raise NotFound(f"{name} no longer exists. Another process deleted it.")
                return
            if state in condition.success:
                return
            if state in condition.failure:
                raise startup_error(name, reason or state)
            if state != last:
                self.report(f"{name}: {state}")
                last = state
            if self.now() >= deadline:
                raise WaitTimeout(f"{name} is still {state} after {TIMEOUT_SECONDS / 60:.0f} min.")
            self.sleep(POLL_SECONDS)

    def delete(self, call: Call) -> None:
        """Execute a call that deletes a resource. Retries while the resource is busy.

        A resource that does not exist counts as deleted.

        Raises:
            StudioEndpointError: AWS rejected the call, or the resource was busy for longer
                than `TIMEOUT_SECONDS`.
        """
        deadline = self.now() + TIMEOUT_SECONDS
        while True:
            try:
                send_or_none(call, self.clients)
            except ResourceBusy:
                if self.now() >= deadline:
                    raise
                self.sleep(POLL_SECONDS)
            else:
                return

    def _state(self, condition: WaitCondition) -> tuple[str | None, str]:
        response = send_or_none(condition.call, self.clients)
        if response is None:
            return None, ""
        return str(response[condition.member]), str(response.get(condition.reason, ""))
