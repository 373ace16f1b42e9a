"""Waiting for what AWS takes minutes for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from studio_endpoint.ask import ask_if_there
from studio_endpoint.call import Call, Clients
from studio_endpoint.errors import Busy, NotFound, Unreachable, not_started
from studio_endpoint.step import Until

POLL_SECONDS = 15.0
PATIENCE_SECONDS = 75 * 60.0
"""More than SageMaker itself takes to give up: an hour for the download of a
model, and as long for its start, which run beside the provisioning."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How to wait.

    Attributes:
        clients: Where the clients come from.
        tell: Told each new state, for people.
        sleep: Takes seconds.
        now: A clock that only goes forward, in seconds.
    """

    clients: Clients
    tell: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic

    def until(self, name: str, until: Until) -> None:
        """Return when the state is one that is waited for, or it is gone.

        Raises:
            EndpointProblem: It failed, as its `FailureReason` says; or it took
                longer than `PATIENCE_SECONDS`.
        """
        ends = self.now() + PATIENCE_SECONDS
        last = ""
        while True:
            state, reason = self._state(until)
            if state is None:
                if until.done:
                    raise NotFound(f"{name} is gone: somebody else removed it.")
                return
            if state in until.done:
                return
            if state in until.failed:
                raise not_started(name, reason or state)
            if state != last:
                self.tell(f"{name}: {state}")
                last = state
            if self.now() >= ends:
                raise Unreachable(f"{name} is still {state} after {PATIENCE_SECONDS / 60:.0f} min.")
            self.sleep(POLL_SECONDS)

    def remove(self, call: Call) -> None:
        """Make a call that removes something, as soon as AWS lets go of it.

        What is not there counts as removed.

        Raises:
            EndpointProblem: AWS refused it, or was busy longer than `PATIENCE_SECONDS`.
        """
        ends = self.now() + PATIENCE_SECONDS
        while True:
            try:
                ask_if_there(call, self.clients)
            except Busy:
                if self.now() >= ends:
                    raise
                self.sleep(POLL_SECONDS)
            else:
                return

    def _state(self, until: Until) -> tuple[str | None, str]:
        answer = ask_if_there(until.call, self.clients)
        if answer is None:
            return None, ""
        return str(answer[until.member]), str(answer.get(until.reason, ""))
