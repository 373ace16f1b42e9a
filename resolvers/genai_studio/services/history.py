"""Read and change a user's history: favorites, boards, trash, restore and purge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from genai_studio.domain import state_machine
from genai_studio.domain.boards import membership
from genai_studio.domain.errors import (
    ErrorCode,
    InvalidInput,
    NotFound,
    Problem,
    Refused,
    VersionConflict,
)
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.domain.history import HistoryFilter, HistoryPage, HistoryQuery
from genai_studio.domain.identity import Caller
from genai_studio.domain.ids import is_id
from genai_studio.domain.validation import (
    MAX_NAME_CHARACTERS,
    MAX_SEARCH_CHARACTERS,
    broken_text_rule,
)
from genai_studio.ports import BoardStore, Clock, Records
from genai_studio.services.transition import transition


@dataclass(frozen=True, slots=True)
class Changed:
    """Result of a bulk change. Each generation succeeds or fails separately."""

    generations: tuple[Generation, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Purged:
    """Result of a bulk purge. Each generation succeeds or fails separately."""

    ids: tuple[str, ...]
    problems: tuple[Problem, ...]


class _UnknownBoards(Exception):
    """A generation is on boards that are not in the list that was read."""

    def __init__(self, ids: set[str]) -> None:
        super().__init__()
        self.ids = ids


class History:
    """Reads and changes the generations of the caller."""

    def __init__(self, records: Records, boards: BoardStore, clock: Clock) -> None:
        self._records = records
        self._boards = boards
        self._clock = clock

    async def find(self, caller: Caller, generation_id: str) -> Generation | None:
        """Return a generation of the caller, or None."""
        return await self._records.get(caller.owner, generation_id)

    async def page(self, caller: Caller, query: HistoryQuery) -> HistoryPage:
        """Return one page of the caller's history. Nothing is on a board that does not exist.

        Raises:
            InvalidInput: A field of the filter is too long or not valid text.
        """
        _check_filter(query.filter)
        board = query.filter.board
        if board is not None and board not in await self._board_ids(caller):
            return HistoryPage((), None, has_next=False)
        return await self._records.page(caller.owner, query)

    async def queue_position(self, generation: Generation) -> int | None:
        """Return the position in the queue, or None if it is unknown."""
        return await self._records.queue_position(generation)

    async def set_favorite(self, caller: Caller, ids: tuple[str, ...], value: bool) -> Changed:
        """Set or clear the favorite flag of generations."""

        def step(generation: Generation) -> Generation:
            if generation.favorite == value:
                return generation
            return state_machine.set_favorite(generation, value)

        return await self._change(caller, ids, step)

    async def set_board(
        self, caller: Caller, ids: tuple[str, ...], board_id: str, value: bool
    ) -> Changed:
        """Add generations to a board, or remove them. Also drops deleted boards from them.

        Raises:
            NotFound: The caller has no such board.
        """
        known = await self._board_ids(caller)
        if board_id not in known:
            raise NotFound(("board",), "Board")
        deleted: set[str] = set()

        def step(generation: Generation) -> Generation:
            unknown = set(generation.boards) - known - deleted
            if unknown:
                raise _UnknownBoards(unknown)
            path = ("ids", generation.id)
            boards = membership.change(generation.boards, board_id, value, deleted, path)
            if boards == generation.boards:
                return generation
            return state_machine.set_boards(generation, boards)

        async def apply(ref: GenerationRef) -> Generation:
            while True:
                try:
                    return await transition(self._records, ref, step)
                except _UnknownBoards as unknown:
                    # They were deleted, or created after `known` was read. A board exists
                    # before a generation is on it, so this later read decides.
                    existing = await self._board_ids(caller)
                    known.update(unknown.ids & existing)
                    deleted.update(unknown.ids - existing)

        return await self._change_each(caller, ids, apply)

    async def trash(self, caller: Caller, ids: tuple[str, ...]) -> Changed:
        """Move generations to the trash. Cancels unfinished ones."""

        def step(generation: Generation) -> Generation:
            if generation.trashed_at is not None:
                return generation
            return state_machine.trash(generation, self._clock.now())

        return await self._change(caller, ids, step)

    async def restore(self, caller: Caller, ids: tuple[str, ...]) -> Changed:
        """Restore generations from the trash."""

        def step(generation: Generation) -> Generation:
            if generation.trashed_at is None:
                return generation
            return state_machine.restore(generation)

        return await self._change(caller, ids, step)

    async def purge(self, caller: Caller, ids: tuple[str, ...]) -> Purged:
        """Permanently delete trashed generations.

        The reader of the change feed deletes their images, so a crash in between
        leaves no images behind.
        """
        purged: list[str] = []
        problems: list[Problem] = []
        for generation_id in dict.fromkeys(ids):
            problem = await self._purge_one(caller, generation_id)
            if problem is None:
                purged.append(generation_id)
            else:
                problems.append(problem)
        return Purged(tuple(purged), tuple(problems))

    async def _purge_one(self, caller: Caller, generation_id: str) -> Problem | None:
        path = ("ids", generation_id)
        while True:
            generation = (
                await self._records.get(caller.owner, generation_id)
                if is_id(generation_id)
                else None
            )
            if generation is None:
                return NotFound(path).problems[0]
            if generation.trashed_at is None:
                message = "Only generations in the trash can be permanently deleted."
                return Problem(ErrorCode.NOT_TRASHED, message, path)
            try:
                await self._records.purge(generation)
            except VersionConflict:
                continue
            return None

    async def _board_ids(self, caller: Caller) -> set[str]:
        return {board.id for board in (await self._boards.read(caller.owner)).boards}

    async def _change(
        self, caller: Caller, ids: tuple[str, ...], step: Callable[[Generation], Generation]
    ) -> Changed:
        return await self._change_each(
            caller, ids, lambda ref: transition(self._records, ref, step)
        )

    async def _change_each(
        self,
        caller: Caller,
        ids: tuple[str, ...],
        change: Callable[[GenerationRef], Awaitable[Generation]],
    ) -> Changed:
        changed: list[Generation] = []
        problems: list[Problem] = []
        for generation_id in dict.fromkeys(ids):
            path = ("ids", generation_id)
            if not is_id(generation_id):
                problems.extend(NotFound(path).problems)
                continue
            ref = GenerationRef(caller.owner, generation_id)
            try:
                changed.append(await change(ref))
            except NotFound:
                problems.extend(NotFound(path).problems)
            except Refused as refused:
                problems.extend(refused.problems)
        return Changed(tuple(changed), tuple(problems))


def _check_filter(history_filter: HistoryFilter) -> None:
    texts = {
        "text": (history_filter.text, MAX_SEARCH_CHARACTERS),
        "board": (history_filter.board, MAX_NAME_CHARACTERS),
        "model": (history_filter.model, MAX_NAME_CHARACTERS),
        "parentId": (history_filter.parent_id, MAX_NAME_CHARACTERS),
    }
    problems = [
        Problem(ErrorCode.INVALID_INPUT, f"`{name}` {rule}", ("filter", name))
        for name, (text, limit) in texts.items()
        if text is not None and (rule := broken_text_rule(text, limit)) is not None
    ]
    if problems:
        raise InvalidInput(*problems)
