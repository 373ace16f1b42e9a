"""Invariants of the state machine under random sequences of transitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from genai_studio.domain import state_machine
from genai_studio.domain.errors import ClaimRefused, StaleFence
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation, Status
from tests.builders import LEASE, NOON, a_generation, a_request, an_image

FLAGS = {"version", "favorite", "boards", "trashed_at", "timeline"}
"""Fields of a final record that may change. The timeline gets no entries."""

LEGAL = {
    Status.QUEUED: {Status.QUEUED, Status.RUNNING, Status.CANCELED, Status.FAILED},
    Status.RUNNING: set(Status),
    Status.SUCCEEDED: {Status.SUCCEEDED},
    Status.FAILED: {Status.FAILED},
    Status.CANCELED: {Status.CANCELED},
}

FAILURES = st.builds(
    Failure, st.sampled_from(list(FailureCode)), st.just("It did not work."), st.booleans()
)
FENCES = st.integers(-2, 0)
"""Offset of a worker's fencing token to the latest one."""


class Life(RuleBasedStateMachine):
    """Random actions of current and stale workers, users, the sweeper and the clock."""

    generation: Generation
    previous: Generation

    @initialize(count=st.integers(1, 4))
    def accept(self, count: int) -> None:
        self.now = NOON
        self.generation = a_generation(request=a_request(count=count))
        self.previous = self.generation

    def apply(self, step: Callable[[], Generation | None], *refusals: type[Exception]) -> None:
        try:
            after = step()
        except refusals:
            return
        if after is None:
            return
        self.previous, self.generation = self.generation, after
        self.check_step()

    def check_step(self) -> None:
        before, after = self.previous, self.generation
        assert after.version == before.version + 1
        assert after.status in LEGAL[before.status]
        assert after.fence in (before.fence, before.fence + 1)
        assert (after.fence > before.fence) == (
            after.status is Status.RUNNING
            and after.started_at is not None
            and after.timeline[-1].step == f"claimed, attempt {after.fence}"
            and after.timeline != before.timeline
        )
        assert 0 <= after.quota_held <= before.quota_held
        assert before.failures <= after.failures <= before.failures + 1
        if before.status.final:
            unchanged = {
                name: getattr(before, name)
                for name in before.__dataclass_fields__
                if name not in FLAGS
            }
            assert all(getattr(after, name) == value for name, value in unchanged.items())
            assert after.timeline == before.timeline

    @rule(seconds=st.sampled_from([0, 1, 3, 15, 59, 60, 61, 600, 1800]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def claim(self) -> None:
        self.apply(lambda: state_machine.claim(self.generation, self.now, LEASE), ClaimRefused)

    @rule(behind=FENCES)
    def extend(self, behind: int) -> None:
        fence = self.generation.fence + behind
        self.apply(
            lambda: state_machine.extend_lease(self.generation, fence, self.now, LEASE), StaleFence
        )

    @rule(behind=FENCES)
    def succeed(self, behind: int) -> None:
        fence = self.generation.fence + behind
        images = tuple(
            an_image(self.generation, index) for index in range(self.generation.request.count)
        )
        self.apply(
            lambda: state_machine.succeed(self.generation, fence, self.now, images), StaleFence
        )

    @rule(behind=FENCES, failure=FAILURES)
    def attempt_fails(self, behind: int, failure: Failure) -> None:
        fence = self.generation.fence + behind
        self.apply(
            lambda: state_machine.attempt_failed(self.generation, fence, self.now, failure),
            StaleFence,
        )

    @rule(behind=FENCES)
    def release(self, behind: int) -> None:
        fence = self.generation.fence + behind
        self.apply(lambda: state_machine.release(self.generation, fence, self.now), StaleFence)

    @rule()
    def sweep(self) -> None:
        self.apply(lambda: state_machine.sweep(self.generation, self.now))

    @rule()
    def cancel(self) -> None:
        if self.generation.status.final:
            with pytest.raises(ClaimRefused):
                state_machine.cancel(self.generation, self.now)
        else:
            self.apply(lambda: state_machine.cancel(self.generation, self.now))

    @rule(failure=FAILURES)
    def abandon(self, failure: Failure) -> None:
        self.apply(lambda: state_machine.fail(self.generation, self.now, failure), ClaimRefused)

    @rule(boards=st.lists(st.sampled_from("abc"), unique=True).map(tuple))
    def put_on_boards(self, boards: tuple[str, ...]) -> None:
        self.apply(lambda: state_machine.set_boards(self.generation, boards))

    @rule(favorite=st.booleans())
    def mark(self, favorite: bool) -> None:
        self.apply(lambda: state_machine.set_favorite(self.generation, favorite))

    @precondition(lambda self: self.generation.trashed_at is None)
    @rule()
    def trash(self) -> None:
        self.apply(lambda: state_machine.trash(self.generation, self.now))

    @precondition(lambda self: self.generation.trashed_at is not None)
    @rule()
    def restore(self) -> None:
        self.apply(lambda: state_machine.restore(self.generation))

    @invariant()
    def times_belong_to_their_states(self) -> None:
        one = self.generation
        assert (one.lease_expires_at is not None) == (one.status is Status.RUNNING)
        assert (one.finished_at is not None) == one.status.final
        assert (one.started_at is not None) == (one.fence > 0)
        if one.status is not Status.QUEUED:
            assert one.not_before is None
            assert one.waiting_reason is None
        if one.status.final:
            assert one.deadline_at is None
        else:
            assert (one.deadline_at is not None) == (one.fence > 0)

    @invariant()
    def only_success_has_images_and_only_failure_a_reason(self) -> None:
        one = self.generation
        assert bool(one.images) == (one.status is Status.SUCCEEDED)
        assert (one.failure is not None) == (one.status is Status.FAILED)

    @invariant()
    def what_gave_nothing_holds_no_quota(self) -> None:
        one = self.generation
        if one.status is Status.FAILED or (
            one.status is Status.CANCELED and one.started_at is None
        ):
            assert one.quota_held == 0
        else:
            assert one.quota_held == one.request.count

    @invariant()
    def an_unfinished_one_never_waits_for_ever(self) -> None:
        one = self.generation
        if one.status is Status.RUNNING or one.not_before is not None:
            assert one.due_at is not None
            swept = state_machine.sweep(one, one.due_at)
            assert swept is not None, "what is due always has something done to it"

    @invariant()
    def what_was_asked_for_never_changes(self) -> None:
        assert replace(self.generation.request) == self.generation.request
        assert len(self.generation.timeline) <= state_machine.MAX_TIMELINE
        times = [entry.at for entry in self.generation.timeline]
        assert times == sorted(times)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
