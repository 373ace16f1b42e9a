"""Object key prefixes."""

from __future__ import annotations

from genai_studio.domain.ids import new_id
from genai_studio.domain.image import attempt_prefix, generation_prefix
from tests.builders import ALICE


def test_the_attempt_prefix_extends_the_generation_prefix() -> None:
    generation_id = new_id()

    assert attempt_prefix(ALICE, generation_id, 3) == f"{ALICE}/{generation_id}/3/"
    assert attempt_prefix(ALICE, generation_id, 3).startswith(
        generation_prefix(ALICE, generation_id)
    )


def test_no_attempt_prefix_is_a_prefix_of_another() -> None:
    generation_id = new_id()

    assert not attempt_prefix(ALICE, generation_id, 10).startswith(
        attempt_prefix(ALICE, generation_id, 1)
    )
