"""The boards of one user: pure functions from one list to the next.

Each user has one stored list, which a compare-and-set of its version changes. So the
limit and the rule against equal names hold for concurrent requests too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from genai_studio.domain.boards.board import Board, name_key
from genai_studio.domain.errors import ErrorCode, NotFound, Problem, Refused, StudioError

MAX_BOARDS = 100
"""Maximum number of boards of one user."""

SCHEMA = 1
"""Format of the stored document. See `domain.document`."""


class UnreadableBoards(StudioError):
    """The stored list is corrupt or was written by a newer release."""


@dataclass(frozen=True, slots=True)
class BoardList:
    """The boards of one user.

    Attributes:
        version: Incremented by every stored change. 0 if nothing is stored yet.
        boards: In the order of their creation.
    """

    version: int = 0
    boards: tuple[Board, ...] = ()

    def get(self, board_id: str) -> Board:
        """Return the board with this ID.

        Raises:
            NotFound: There is no such board.
        """
        for board in self.boards:
            if board.id == board_id:
                return board
        raise NotFound(("id",), "Board")

    def by_name(self) -> tuple[Board, ...]:
        """Return the boards sorted by name, ignoring case."""
        return tuple(sorted(self.boards, key=lambda board: (name_key(board.name), board.id)))


def add(boards: BoardList, board: Board) -> BoardList:
    """Add a board.

    Raises:
        Refused: Another board has its name (`NAME_TAKEN`), or there are `MAX_BOARDS`
            (`TOO_MANY_BOARDS`).
    """
    _check_name_is_free(boards, board)
    if len(boards.boards) >= MAX_BOARDS:
        message = f"`name` is not accepted: you have {MAX_BOARDS} boards, the maximum. Delete one."
        raise Refused(Problem(ErrorCode.TOO_MANY_BOARDS, message, ("name",)))
    return _changed(boards, (*boards.boards, board))


def rename(boards: BoardList, board_id: str, name: str) -> BoardList:
    """Rename a board. Returns the list itself if the board has this name.

    Args:
        name: As `clean_name` returned it.

    Raises:
        NotFound: There is no such board.
        Refused: Another board has this name (`NAME_TAKEN`).
    """
    board = boards.get(board_id)
    renamed = replace(board, name=name)
    if renamed == board:
        return boards
    _check_name_is_free(boards, renamed)
    return _changed(boards, tuple(renamed if one is board else one for one in boards.boards))


def remove(boards: BoardList, board_id: str) -> BoardList:
    """Remove a board.

    Raises:
        NotFound: There is no such board.
    """
    board = boards.get(board_id)
    return _changed(boards, tuple(one for one in boards.boards if one is not board))


def encode(boards: BoardList) -> bytes:
    """Encode the boards as compact UTF-8 JSON, without the version of the list."""
    return msgspec.json.encode(_Document(SCHEMA, boards.boards))


def decode(version: int, document: bytes | str) -> BoardList:
    """Decode what `encode` returned.

    Raises:
        UnreadableBoards: The document is corrupt or its schema is unknown.
    """
    try:
        stored = msgspec.json.decode(document, type=_Document)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise UnreadableBoards("The stored boards cannot be decoded.") from error
    if stored.schema != SCHEMA:
        raise UnreadableBoards(f"Unknown schema {stored.schema!r} of the stored boards.")
    return BoardList(version, stored.boards)


@dataclass(frozen=True, slots=True)
class _Document:
    schema: int
    boards: tuple[Board, ...]


def _check_name_is_free(boards: BoardList, board: Board) -> None:
    key = name_key(board.name)
    for other in boards.boards:
        if other.id != board.id and name_key(other.name) == key:
            message = f"`name` is taken: you have a board “{other.name}”. Choose another name."
            raise Refused(Problem(ErrorCode.NAME_TAKEN, message, ("name",)))


def _changed(boards: BoardList, changed: tuple[Board, ...]) -> BoardList:
    return BoardList(boards.version + 1, changed)
