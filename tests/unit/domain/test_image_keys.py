"""Whose image an object is, and of which attempt, is read from its key."""

from __future__ import annotations

from genai_studio.domain.ids import new_id
from genai_studio.domain.image import attempt_prefix, generation_prefix
from tests.builders import ALICE


def test_an_attempts_objects_lie_under_their_generations() -> None:
    generation_id = new_id()

    assert attempt_prefix(ALICE, generation_id, 3) == f"{ALICE}/{generation_id}/3/"
    assert attempt_prefix(ALICE, generation_id, 3).startswith(
        generation_prefix(ALICE, generation_id)
    )


def test_no_attempts_prefix_begins_anothers() -> None:
    generation_id = new_id()

    assert not attempt_prefix(ALICE, generation_id, 10).startswith(
        attempt_prefix(ALICE, generation_id, 1)
    )
