"""History queries and their result pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.generation import Generation, Status
from genai_studio.domain.search.terms import board_term, query_terms

MAX_PAGE = 100
"""Maximum number of records on a page."""

READ_BUDGET = 1000
"""Default of `HistoryQuery.read_budget`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """A filter. All conditions must hold. None matches everything.

    Attributes:
        text: All of its terms must occur in the prompt (see `domain.search.terms`). White
            space alone is no condition.
        statuses: The status must be one of these.
        operations: The operation must be one of these.
        board: ID of a board that the generation must be on.
        parent_id: The parent, which may have been purged.
        created_from: Inclusive.
        created_before: Exclusive.
        trashed: True matches only the trash, False everything else.
    """

    text: str | None = None
    statuses: tuple[Status, ...] | None = None
    operations: tuple[Operation, ...] | None = None
    favorite: bool | None = None
    board: str | None = None
    model: str | None = None
    parent_id: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    trashed: bool = False

    def terms(self) -> tuple[str, ...] | None:
        """Return the terms of `text`, or None if it is no condition.

        Without terms, for example for punctuation alone, nothing matches.
        """
        if self.text is None or not self.text.strip():
            return None
        return query_terms(self.text)

    def indexed_terms(self) -> tuple[str, ...] | None:
        """Return the terms that the index has for each match: of the board and of `text`.

        None if neither is a condition. Without terms nothing matches.
        """
        terms = self.terms()
        if self.board is None or terms == ():
            return terms
        return (board_term(self.board), *(terms or ()))

    @property
    def unfinished_only(self) -> bool:
        """Whether only unfinished generations outside of the trash can match."""
        return (
            self.statuses is not None
            and not any(status.final for status in self.statuses)
            and not self.trashed
        )

    def matches(self, generation: Generation) -> bool:
        """Return whether all conditions except `text` hold."""
        return (
            (generation.trashed_at is not None) == self.trashed
            and (self.statuses is None or generation.status in self.statuses)
            and (self.operations is None or generation.request.operation in self.operations)
            and (self.favorite is None or generation.favorite == self.favorite)
            and (self.board is None or self.board in generation.boards)
            and (self.model is None or generation.request.model == self.model)
            and (self.parent_id is None or generation.parent_id == self.parent_id)
            and (self.created_from is None or generation.created_at >= self.created_from)
            and (self.created_before is None or generation.created_at < self.created_before)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """A query for one page, newest first.

    Attributes:
        first: Maximum number of records, 1 to `MAX_PAGE`.
        after: Only records older than this ID. None starts at the newest.
        read_budget: Maximum number of records to read, so a filtered page may be short.
    """

    filter: HistoryFilter
    first: int
    after: str | None = None
    read_budget: int = READ_BUDGET


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The result of a `HistoryQuery`.

    Attributes:
        items: Newest first. Fewer than requested if the read budget was used up.
        end: ID of the last record read, which is the cursor of the next page. A
            filter may exclude that record from `items`. None if nothing was read.
        has_next: Whether older records may match.
    """

    items: tuple[Generation, ...]
    end: str | None
    has_next: bool
