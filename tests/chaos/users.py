"""Users who submit, replay, cancel, delete and read while the studio is killed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.chaos.studio import Studio
from tests.serving.wire_client import document

MAX_UNFINISHED = 8
"""A user with more unfinished generations reads instead of submitting."""

REQUEST_SECONDS = 20.0


@dataclass(slots=True)
class Sent:
    """A request of a user.

    Attributes:
        input: The input of `generateImage`, equal for every replay.
        id: The generation, once the studio has accepted the request.
        may_be_canceled: Whether the user has sent a cancellation.
        may_be_purged: Whether the user has sent a purge after its success.
    """

    input: dict[str, Any]
    id: str | None = None
    finished: bool = False
    may_be_canceled: bool = False
    may_be_purged: bool = False


@dataclass(slots=True)
class User:
    """One user, whose actions are determined by a seed.

    Attributes:
        violations: Responses that contradict earlier ones.
        outcomes: Number of responses by kind.
    """

    name: str
    token: str
    studio: Studio
    rng: random.Random
    sent: list[Sent] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def act_until(self, stop: threading.Event) -> None:
        """Act until the event is set."""
        with httpx.Client(trust_env=False, timeout=REQUEST_SECONDS) as client:
            while not stop.wait(self.rng.uniform(0.02, 0.3)):
                self._act(client)

    def settle(self, client: httpx.Client) -> int:
        """Replay every unanswered request, and return the number of unfinished generations."""
        unfinished = 0
        for sent in self.sent:
            if sent.id is None:
                self._submit(client, sent)
            if not sent.finished:
                self._poll(client, sent)
            unfinished += not sent.finished
        return unfinished

    def _act(self, client: httpx.Client) -> None:
        unfinished = [sent for sent in self.sent if not sent.finished]
        action = self.rng.random()
        if len(unfinished) >= MAX_UNFINISHED:
            self._retry_or_poll(client, unfinished[0])
        elif action < 0.5 or not self.sent:
            sent = Sent(self._new_input())
            self.sent.append(sent)
            self._submit(client, sent)
        elif action < 0.7:
            self._submit(client, self.rng.choice(self.sent))
        elif action < 0.85 and unfinished:
            self._retry_or_poll(client, self.rng.choice(unfinished))
        elif action < 0.9:
            self._cancel(client, self.sent[-1])
        elif action < 0.95:
            self._purge(client, self.rng.choice(self.sent))
        else:
            self._execute(client, "generations", first=50)

    def _retry_or_poll(self, client: httpx.Client, sent: Sent) -> None:
        if sent.id is None:
            self._submit(client, sent)
        else:
            self._poll(client, sent)

    def _new_input(self) -> dict[str, Any]:
        return {
            "prompt": f"image {len(self.sent)} of {self.name}",
            "clientRequestId": f"{self.name}-{len(self.sent)}",
            "width": 128,
            "height": 128,
            "seed": len(self.sent),
            "steps": self.rng.randint(1, 8),
            "count": self.rng.randint(1, 2),
        }

    def _submit(self, client: httpx.Client, sent: Sent) -> None:
        payload = self._execute(client, "generateImage", input=sent.input)
        if payload is None:
            return
        generation = payload["generation"]
        if generation is None:
            codes = [error["code"] for error in payload["userErrors"]]
            self.outcomes[f"refused {codes}"] += 1
            if sent.id is not None and not sent.may_be_purged:
                self.violations.append(f"replay of {sent.id} was refused with {codes}")
        elif sent.id is None:
            sent.id = generation["id"]
        elif generation["id"] != sent.id:
            self.violations.append(f"replay of {sent.id} returned {generation['id']}")

    def _poll(self, client: httpx.Client, sent: Sent) -> None:
        if sent.id is None:
            return
        answered, found = self._ask(client, "generation", id=sent.id)
        if not answered:
            return
        if found is None and not sent.may_be_purged:
            self.violations.append(f"{sent.id} was accepted, and is not found")
        sent.finished = found is None or found["finishedAt"] is not None

    def _cancel(self, client: httpx.Client, sent: Sent) -> None:
        if sent.id is not None:
            sent.may_be_canceled = True
            self._execute(client, "cancelGeneration", id=sent.id)

    def _purge(self, client: httpx.Client, sent: Sent) -> None:
        """Purge a generation that succeeded: its quota stays used."""
        if sent.id is None or sent.may_be_canceled:
            return
        found = self._execute(client, "generation", id=sent.id)
        if found is not None and found["status"] == "SUCCEEDED":
            sent.may_be_purged = True
            self._execute(client, "deleteGenerations", ids=[sent.id])
            self._execute(client, "purgeGenerations", ids=[sent.id])

    def _execute(self, client: httpx.Client, operation: str, **variables: Any) -> Any:
        return self._ask(client, operation, **variables)[1]

    def _ask(self, client: httpx.Client, operation: str, **variables: Any) -> tuple[bool, Any]:
        """Return whether the studio answered without errors, and the value of the root field."""
        try:
            response = client.post(
                f"{self.studio.url or 'http://127.0.0.1:9'}/graphql",
                json={"query": document(operation), "variables": variables},
                headers={"Authorization": f"Bearer {self.token}"},
            )
            result = response.json()
        except (httpx.HTTPError, ValueError):
            self.outcomes["no response"] += 1
            return False, None
        if errors := result.get("errors"):
            code = errors[0].get("extensions", {}).get("code")
            self.outcomes[f"error {code}"] += 1
            return False, None
        self.outcomes["answered"] += 1
        (value,) = result["data"].values()
        return True, value
