"""One campaign: users act, the studio is killed, and an audit follows."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from genai_studio.local.identity import LocalIdentity
from tests.builders import ManualClock
from tests.chaos.audit import Audit, audit
from tests.chaos.faults import (
    FakeClock,
    fill_disk,
    lock_database,
    small_disk,
    stop_briefly,
    stop_child,
)
from tests.chaos.studio import Studio
from tests.chaos.studio_program import POINTS
from tests.chaos.users import User

SETTLE_SECONDS = 300.0
JUMP_SECONDS = 3600
READY_SECONDS = 20.0

ENDS = {"child": 60, "studio": 20, "group": 15, "SIGTERM": 5}
"""What is ended, and how often of 100 times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a campaign does.

    Attributes:
        kills: SIGKILLs after which it ends.
        seconds: Time after which it ends, even with fewer kills.
        users: Number of users.
        seed: Determines faults and actions, but not the timing of processes.
        disturbances: Whether there are faults besides kills: stops, locks, a full disk,
            clock jumps.
        steps: Faults to inflict once each, in this order. Empty: random ones.
    """

    kills: int
    seconds: float
    users: int
    seed: int
    disturbances: bool = True
    steps: tuple[str, ...] = ()


class Campaign:
    """A campaign against one data directory.

    Attributes:
        faults: Number of faults by kind.
    """

    def __init__(self, plan: Plan, directory: Path, report: Callable[[str], None]) -> None:
        self.faults: Counter[str] = Counter()
        self._plan = plan
        self._directory = directory
        self._report = report
        self._rng = random.Random(plan.seed)  # noqa: S311 - reproducible
        self._clock = FakeClock(directory / "clock")
        self._kills = 0

    def run(self) -> Audit:
        """Run the campaign and return its audit."""
        data_dir = self._directory / "disk" / "data"
        with small_disk(data_dir.parent) as mounted:
            self._full_disk = mounted
            studio = Studio(
                data_dir,
                self._directory / "studio.log",
                TOY_STEP_SECONDS="0.02",
                GENAI_STUDIO_DAILY_IMAGES="1000000",
                GENAI_STUDIO_UNFINISHED_PER_USER="1000",
                **(self._clock.variables() if self._plan.disturbances else {}),
            )
            users = self._users(studio)
            stop = threading.Event()
            threads = [threading.Thread(target=user.act_until, args=(stop,)) for user in users]
            try:
                self._start(studio, named_point=False)
                for thread in threads:
                    thread.start()
                if self._plan.steps:
                    self._inflict(studio)
                else:
                    self._attack(studio)
                stop.set()
                for thread in threads:
                    thread.join()
                self._settle(studio, users)
            finally:
                stop.set()
                if studio.running:
                    studio.signal(signal.SIGCONT)
                    studio.signal(signal.SIGTERM)
                    studio.reap()
            result = audit(data_dir, users)
            outcomes = sum((user.outcomes for user in users), Counter[str]())
            self._report(f"responses: {listed(outcomes)}")
            orphans = tuple(f"orphaned process: {pid}" for pid in studio.orphans)
            return Audit(result.problems + orphans, result.counts)

    def _users(self, studio: Studio) -> list[User]:
        # Issued in the past, so that they stay valid if the clock jumps.
        clock = ManualClock()
        clock.advance(time.time() - clock.now().timestamp() - 60)
        studio.data_dir.mkdir(mode=0o700, parents=True)
        identity = LocalIdentity.open(studio.data_dir, clock)
        return [
            User(
                name,
                identity.issue(name, timedelta(days=365)),
                studio,
                random.Random(self._rng.random()),  # noqa: S311 - reproducible
            )
            for name in (f"user{number}" for number in range(self._plan.users))
        ]

    def _start(self, studio: Studio, *, named_point: bool) -> None:
        """Start the studio, as often as it takes: a named point may kill it during the start."""
        for attempt in range(20):
            variables = {}
            if named_point and attempt < 3:
                method = self._rng.choice(POINTS)
                when = self._rng.choice(["before", "after"])
                variables["CHAOS_POINT"] = f"{method}:{when}:{self._rng.randint(1, 30)}"
            if studio.start(**variables):
                return
            if variables:
                self._count_kill(f"SIGKILL at {variables['CHAOS_POINT'].split(':')[0]}")
            else:
                self.faults["failed start"] += 1
                time.sleep(0.5)
        raise AssertionError("The studio does not start any more; see studio.log.")

    def _attack(self, studio: Studio) -> None:
        end = time.monotonic() + self._plan.seconds
        reported = time.monotonic()
        while self._kills < self._plan.kills and time.monotonic() < end:
            if time.monotonic() > reported + 60:
                reported = time.monotonic()
                self._report(f"{self._kills} kills; {listed(self.faults)}")
            if self._rng.random() < 0.5:
                self._wait_until_ready(studio)  # Otherwise, many kills interrupt the start only.
            time.sleep(self._rng.uniform(0.02, 1.0))
            if not studio.running:  # A named point was reached.
                self._count_kill("SIGKILL at a named point")
                studio.reap()
                self._start(studio, named_point=self._rng.random() < 0.5)
            elif self._plan.disturbances and self._rng.random() < 0.15:
                kind = self._rng.choice(self._disturbances())
                self._disturb(studio, kind, self._rng.uniform(0.2, 3))
            else:
                kind = self._rng.choices(list(ENDS), list(ENDS.values()))[0]
                self._end(studio, kind, named_point=self._rng.random() < 0.5)

    def _inflict(self, studio: Studio) -> None:
        """Inflict the faults of the plan in order. Users act before and after each of them."""
        self._wait_until_ready(studio)
        for kind in self._plan.steps:
            time.sleep(self._rng.uniform(0.2, 0.6))
            if kind in ENDS:
                self._end(studio, kind, named_point=False)
            elif kind in self._disturbances():
                self._disturb(studio, kind, self._rng.uniform(0.2, 0.5))

    def _wait_until_ready(self, studio: Studio) -> None:
        deadline = time.monotonic() + READY_SECONDS
        with httpx.Client(trust_env=False, timeout=5) as client:
            while studio.running and time.monotonic() < deadline:
                with suppress(httpx.HTTPError):
                    if client.get(f"{studio.url}/healthz").status_code == httpx.codes.OK:
                        return
                time.sleep(0.1)

    def _end(self, studio: Studio, kind: str, *, named_point: bool) -> None:
        """Kill the inference process, or end the studio and restart it."""
        if kind == "child":
            child = studio.child()
            if child is not None:
                self._count_kill("SIGKILL of the inference process")
                _kill(child)
            return
        if kind == "SIGTERM":
            self.faults["SIGTERM of the studio"] += 1
            studio.signal(signal.SIGTERM)
        elif kind == "group":
            self._count_kill("SIGKILL of the group")
            studio.signal_group(signal.SIGKILL)
        else:
            self._count_kill("SIGKILL of the studio")
            studio.signal(signal.SIGKILL)
        studio.reap()
        self._start(studio, named_point=named_point)

    def _disturbances(self) -> list[str]:
        kinds = ["stopped studio", "stopped inference process", "locked database"]
        kinds += ["full disk"] if self._full_disk else []
        kinds += ["clock jump"] if self._clock.available else []
        return kinds

    def _disturb(self, studio: Studio, kind: str, seconds: float) -> None:
        self.faults[kind] += 1
        if kind == "stopped studio":
            stop_briefly(studio, seconds)
        elif kind == "stopped inference process":
            stop_child(studio, self._rng)
        elif kind == "locked database":
            lock_database(studio.data_dir, seconds)
        elif kind == "full disk":
            fill_disk(studio.data_dir.parent, seconds)
        else:
            self._clock.jump(JUMP_SECONDS)

    def _settle(self, studio: Studio, users: list[User]) -> None:
        """Let the studio finish its work, without faults, and delete what nothing refers to."""
        if not studio.running or not self._plan.steps:  # A named point may wait in it.
            if studio.running:
                studio.signal(signal.SIGKILL)
            studio.reap()
            self._start(studio, named_point=False)
        deadline = time.monotonic() + SETTLE_SECONDS
        with httpx.Client(trust_env=False, timeout=60) as client:
            while time.monotonic() < deadline:
                if not sum(user.settle(client) for user in users):
                    break
                time.sleep(0.2)
        # The studio deletes the objects of lost attempts right after the final state.
        while time.monotonic() < deadline:
            if not any("orphaned object" in one for one in audit(studio.data_dir, users).problems):
                break
            time.sleep(0.5)

    def _count_kill(self, kind: str) -> None:
        self._kills += 1
        self.faults[kind] += 1


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def listed(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
