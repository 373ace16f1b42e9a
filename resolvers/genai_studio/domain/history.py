"""What a person looks for in their history, and one page of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from genai_studio.domain.generation import Generation, Status

MAX_PAGE = 100
"""The most records one page holds."""

READ_BUDGET = 1000
"""The most records one page reads; a filtered page may therefore be short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """Every condition must hold; None means that it does not matter.

    Attributes:
        text: Words that must all occur in the prompt (see `search_terms`).
        statuses: Any of these.
        parent_id: The generation they were made from, whether or not it still exists.
        created_from: Inclusive.
        created_before: Exclusive.
        trashed: True shows the trash alone, False everything else.
    """

    text: str | None = None
    statuses: tuple[Status, ...] | None = None
    favorite: bool | None = None
    model: str | None = None
    parent_id: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    trashed: bool = False

    def matches(self, generation: Generation) -> bool:
        """Whether all conditions but `text` hold."""
        return (
            (generation.trashed_at is not None) == self.trashed
            and (self.statuses is None or generation.status in self.statuses)
            and (self.favorite is None or generation.favorite == self.favorite)
            and (self.model is None or generation.request.model == self.model)
            and (self.parent_id is None or generation.parent_id == self.parent_id)
            and (self.created_from is None or generation.created_at >= self.created_from)
            and (self.created_before is None or generation.created_at < self.created_before)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """One page, newest first.

    Attributes:
        first: At most this many records, 1 to `MAX_PAGE`.
        after: Only records older than this id; None starts at the newest.
    """

    filter: HistoryFilter
    first: int
    after: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The answer to a `HistoryQuery`.

    Attributes:
        items: Newest first; fewer than asked for when the read budget ran out.
        end: Id to go on after: the last record read, which a filtered page may
            not show; None when nothing was read.
        has_next: Whether older records may match.
    """

    items: tuple[Generation, ...]
    end: str | None
    has_next: bool
