"""The key layout of the records table.

::

    pk       sk                      item
    ───────  ──────────────────────  ───────────────────────────────────────────
    {owner}  generation#{id}         a generation: its document, and copies of
                                     attributes for conditions, filters and the queue
    {owner}  key#{hash}              an idempotency key; deleted by TTL
    {owner}  quota#{day}             a user's image count of a day; deleted by TTL
    *        quota#{day}             the studio's image count of a day; deleted by TTL
    *#{k}    quota#{day}             a shard of this count; see `studio_quota.py`
    {owner}  unfinished              the IDs of a user's unfinished generations
    {owner}  purged#{id}             the tombstone of a purged generation; deleted by TTL
    {owner}  uploads#{day}           a user's bytes of uploads of a day; deleted by TTL
    {owner}  term{v}#{term}#{id}     a posting: a term of a prompt; the publisher
                                     writes it, and `Reindex` after a change of the
                                     terms, whose version is v
    {owner}  term{v}#@{board}#{id}   a posting: a board that a generation is on
    {owner}  boards                  a user's boards; see `aws/boards.py`
    *        reindex#{v}             the progress of `Reindex`

    index    key                     items
    ───────  ──────────────────────  ───────────────────────────────────────────
    lists    list, id                favorites#{owner} and trash#{owner}; sparse
    due      due#{k}, dueAt          unfinished generations with a due time; sparse

`infra/records-table.json` defines the table, for tests and for the deployment.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from typing import Any

from genai_studio.domain.identity import Owner
from genai_studio.domain.search.terms import VERSION as TERMS_VERSION

Item = dict[str, Any]
"""An item in the form of DynamoDB's low-level API: `{"pk": {"S": …}, …}`."""

LISTS_INDEX = "lists"
DUE_INDEX = "due"

GENERATION = "generation#"
TOMBSTONE = "purged#"
STUDIO_QUOTA_SHARDS = 16
"""Number of shards of the studio's image count. If it is lowered, the images on the removed
shards no longer count for the rest of the day."""

DUE_PARTITIONS = 16
"""Number of partition keys of the `due` index. A partition accepts 1,000 writes per second.
Raise it at any time, but never lower it: the sweeper would miss the removed partitions."""

_UNSHARDED_DUE = "due"
"""Partition key of records that a release without `DUE_PARTITIONS` wrote."""

STUDIO_OWNER = Owner("*")
"""Owner of the studio's counter. No token can have this subject, nor that of a shard."""

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


def studio_quota_shards(day: str) -> tuple[Item, ...]:
    """Return the keys of the shards of the studio's counter of a day."""
    return tuple(
        quota_key(Owner(f"{STUDIO_OWNER}#{number}"), day) for number in range(STUDIO_QUOTA_SHARDS)
    )


def due_partition(generation_id: str) -> str:
    """Return the partition key of a generation in the `due` index."""
    return f"due#{zlib.crc32(generation_id.encode()) % DUE_PARTITIONS}"


def due_partitions() -> tuple[str, ...]:
    """Return all partition keys of the `due` index."""
    return (_UNSHARDED_DUE, *(f"due#{number}" for number in range(DUE_PARTITIONS)))


def unfinished_key(owner: Owner) -> Item:
    """Return the key of the set of an owner's unfinished generations."""
    return _key(owner, "unfinished")


def tombstone_key(owner: Owner, generation_id: str) -> Item:
    """Return the key of the tombstone of a purged generation."""
    return _key(owner, TOMBSTONE + generation_id)


def uploads_key(owner: Owner, day: str) -> Item:
    """Return the key of a day's counter of the bytes of uploads."""
    return _key(owner, f"uploads#{day}")


def boards_key(owner: Owner) -> Item:
    """Return the key of the list of an owner's boards."""
    return _key(owner, "boards")


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
