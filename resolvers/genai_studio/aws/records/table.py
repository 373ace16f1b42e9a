"""The key layout of the records table.

::

    pk       sk                      item
    ───────  ──────────────────────  ───────────────────────────────────────────
    {owner}  generation#{id}         a generation: its document, and copies of
                                     attributes for conditions, filters and the queue
    {owner}  key#{hash}              an idempotency key; deleted by TTL
    {owner}  quota#{day}             a user's image count of a day; deleted by TTL
    *        quota#{day}             the studio's image count of a day; deleted by TTL
    {owner}  term{v}#{term}#{id}     a posting: a term of a prompt; the publisher
                                     writes it, and `Reindex` after a change of the
                                     terms, whose version is v
    *        reindex#{v}             the progress of `Reindex`

    index    key                     items
    ───────  ──────────────────────  ───────────────────────────────────────────
    lists    list, id                favorites#{owner} and trash#{owner}; sparse
    due      due, dueAt              unfinished generations with a due time; sparse

`infra/records-table.json` defines the table, for tests and for the deployment.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from genai_studio.domain.identity import Owner
from genai_studio.domain.search.terms import VERSION as TERMS_VERSION

Item = dict[str, Any]
"""An item in the form of DynamoDB's low-level API: `{"pk": {"S": …}, …}`."""

LISTS_INDEX = "lists"
DUE_INDEX = "due"

GENERATION = "generation#"
DUE = "due"
"""Partition key of the `due` index. One partition is enough, because few generations
are unfinished, and the sweeper needs the longest overdue ones of all owners."""

STUDIO_OWNER = Owner("*")
"""Owner of the studio's counter. No token can have this subject."""

_ANY_TERM = re.compile(r"term(\d*)#")


def generation_key(owner: Owner, generation_id: str) -> Item:
    """Return the key of a generation."""
    return _key(owner, GENERATION + generation_id)


def idempotency_key(owner: Owner, client_request_id: str) -> Item:
    """Return the key of an idempotency key. Hashed, because clients choose its text."""
    return _key(owner, f"key#{_hash(client_request_id)}")


def quota_key(owner: Owner, day: str) -> Item:
    """Return the key of a day's quota counter."""
    return _key(owner, f"quota#{day}")


def term_prefix(term: str) -> str:
    """Return the common prefix of the sort keys of a term's postings."""
    return f"term{TERMS_VERSION}#{term}#"


def is_outdated_term(item: Item) -> bool:
    """Return whether an item is a posting of an earlier version."""
    match = _ANY_TERM.match(item["sk"]["S"])
    return match is not None and int(match[1] or 1) < TERMS_VERSION


def reindex_key() -> Item:
    """Return the key of the progress of indexing with the current version."""
    return _key(STUDIO_OWNER, f"reindex#{TERMS_VERSION}")


def term_key(owner: Owner, term: str, generation_id: str) -> Item:
    """Return the key of a posting."""
    return _key(owner, term_prefix(term) + generation_id)


def favorites_of(owner: Owner) -> str:
    """Return the name of the list of an owner's favorites outside the trash."""
    return f"favorites#{owner}"


def trash_of(owner: Owner) -> str:
    """Return the name of the list of an owner's trashed generations."""
    return f"trash#{owner}"


def id_of(item: Item) -> str:
    """Return the generation ID at the end of an item's sort key."""
    return str(item["sk"]["S"]).rpartition("#")[2]


def _key(owner: Owner, sort_key: str) -> Item:
    return {"pk": {"S": owner}, "sk": {"S": sort_key}}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
