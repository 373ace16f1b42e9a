"""The one table of records: which items it holds, and under which keys.

::

    pk       sk                      item
    ───────  ──────────────────────  ───────────────────────────────────────────
    {owner}  generation#{id}         a generation: its document, and copies of
                                     what conditions, filters and the queue read
    {owner}  key#{hash}              an idempotency key; forgotten by TTL
    {owner}  quota#{day}             a person's images of a day; forgotten by TTL
    *        quota#{day}             everybody's
    {owner}  term#{term}#{id}        a word of a prompt, kept by the publisher

    index    key                     holds
    ───────  ──────────────────────  ───────────────────────────────────────────
    lists    list, id                favorites#{owner} and trash#{owner}: sparse
    due      due, dueAt              unfinished generations that need a clock: sparse

`infra/records-table.json` defines it, for tests and for the deployment alike.
"""

from __future__ import annotations

import hashlib
from typing import Any

from genai_studio.domain.identity import Owner

Item = dict[str, Any]
"""An item as DynamoDB's low-level API has it: `{"pk": {"S": …}, …}`."""

LISTS_INDEX = "lists"
DUE_INDEX = "due"

GENERATION = "generation#"
DUE = "due"
"""All that is due lies in one partition of its index: unfinished generations
are few, and the sweeper asks for the longest overdue of everybody's."""

EVERYBODY = Owner("*")
"""Whose counter is the studio's; no subject of a token can be this."""

_LONGEST_TERM_BYTES = 256
"""A sort key may have 1,024 bytes; longer words are kept by their hash."""


def generation_key(owner: Owner, generation_id: str) -> Item:
    """The key of a generation."""
    return _key(owner, GENERATION + generation_id)


def idempotency_key(owner: Owner, client_request_id: str) -> Item:
    """The key of an idempotency key; hashed, since clients choose it freely."""
    return _key(owner, f"key#{_hash(client_request_id)}")


def quota_key(owner: Owner, day: str) -> Item:
    """The key of a day's counter."""
    return _key(owner, f"quota#{day}")


def term_prefix(term: str) -> str:
    """Sort keys of all generations whose prompt holds a term begin with this."""
    if len(term.encode()) > _LONGEST_TERM_BYTES:
        term = f"~{_hash(term)}"  # no word begins with “~”
    return f"term#{term}#"


def term_key(owner: Owner, term: str, generation_id: str) -> Item:
    """The key of a posting."""
    return _key(owner, term_prefix(term) + generation_id)


def favorites_of(owner: Owner) -> str:
    """The list of an owner's favorites that are not in the trash."""
    return f"favorites#{owner}"


def trash_of(owner: Owner) -> str:
    """The list of what an owner threw away."""
    return f"trash#{owner}"


def id_of(item: Item) -> str:
    """The generation's id at the end of an item's sort key."""
    return str(item["sk"]["S"]).rpartition("#")[2]


def _key(owner: Owner, sort_key: str) -> Item:
    return {"pk": {"S": owner}, "sk": {"S": sort_key}}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
