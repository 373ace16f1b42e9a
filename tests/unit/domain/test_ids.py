"""Generation IDs."""

from __future__ import annotations

import pytest

from genai_studio.domain.ids import is_id, new_id


def test_ids_are_increasing() -> None:
    ids = [new_id() for _ in range(2000)]

    assert ids == sorted(set(ids))


def test_is_id_accepts_new_ids() -> None:
    assert is_id(new_id())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "01A20993-8632-7418-8A8F-60AF84C19624",
        "01a20993-8632-4418-8a8f-60af84c19624",
        "01a20993-8632-7418-0a8f-60af84c19624",
        "01a2099386327418-8a8f-60af84c19624",
        "01a20993-8632-7418-8a8f-60af84c19624\n",
        "../../../../../../../../../../etc/pwd",
        "０1a20993-8632-7418-8a8f-60af84c19624",
    ],
)
def test_is_id_rejects_other_text(text: str) -> None:
    assert not is_id(text)
