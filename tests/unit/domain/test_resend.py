"""Generations whose message may be lost are sent to the queue again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from genai_studio.domain import state_machine
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import RESEND_AFTER, Status
from tests.builders import LEASE, NOON, a_generation

WARMING = Failure(FailureCode.ENDPOINT_WARMING, "Starting.", retryable=True)


def test_sweep_sends_what_waits_too_long_again_and_then_waits_twice_as_long() -> None:
    waiting = replace(a_generation(), resend_at=NOON + RESEND_AFTER)
    times: list[timedelta] = []
    for _ in range(4):
        assert waiting.resend_at is not None
        assert state_machine.sweep(waiting, waiting.resend_at - timedelta(seconds=1)) is None
        swept = state_machine.sweep(waiting, waiting.resend_at)
        assert swept is not None
        assert (swept.status, swept.version) == (Status.QUEUED, waiting.version + 1)
        assert swept.timeline[-1].step == "sent to the queue again"
        times.append(waiting.resend_at - NOON)
        waiting = swept

    assert [time / RESEND_AFTER for time in times] == [1, 2, 4, 8]


def test_each_return_to_the_queue_sets_a_new_time_to_send_it_again() -> None:
    resent_at = NOON + RESEND_AFTER
    claimed = state_machine.claim(replace(a_generation(), resend_at=NOON), NOON, LEASE)

    lost = state_machine.sweep(claimed, NOON + LEASE)
    waiting = state_machine.attempt_failed(claimed, 1, NOON, WARMING)
    assert waiting.not_before is not None
    due = state_machine.sweep(waiting, waiting.not_before)

    assert lost is not None
    assert lost.resend_at == resent_at + LEASE
    assert due is not None
    assert due.resend_at == waiting.not_before + RESEND_AFTER


def test_generation_of_a_studio_without_messages_is_never_sent_again() -> None:
    assert state_machine.sweep(a_generation(), NOON + timedelta(days=30)) is None
