"""On which boards a generation is."""

from __future__ import annotations

from collections.abc import Set

from genai_studio.domain.errors import ErrorCode, Problem, Refused

MAX_BOARDS_OF_GENERATION = 20
"""Maximum number of boards that one generation is on."""


def change(
    boards: tuple[str, ...],
    board_id: str,
    value: bool,
    deleted: Set[str],
    path: tuple[str, ...] = ("ids",),
) -> tuple[str, ...]:
    """Add a board to the boards of a generation, or remove it. Also drops deleted boards.

    Args:
        value: True adds, False removes.
        deleted: IDs of boards that no longer exist.
        path: Path of the problem if it is refused.

    Raises:
        Refused: It would be on more than `MAX_BOARDS_OF_GENERATION` (`TOO_MANY_BOARDS`).
    """
    kept = tuple(one for one in boards if one not in deleted)
    if not value:
        return tuple(one for one in kept if one != board_id)
    if board_id in kept:
        return kept
    if len(kept) >= MAX_BOARDS_OF_GENERATION:
        message = (
            f"`ids` has a generation on {MAX_BOARDS_OF_GENERATION} boards, the maximum. "
            "Remove it from another board first."
        )
        raise Refused(Problem(ErrorCode.TOO_MANY_BOARDS, message, path))
    return (*kept, board_id)
