"""Replace the search terms that an earlier release stored.

It runs before the studio serves, in transactions of `BATCH` records. A stopped run
continues at the next start, because each record carries the version of its terms.
"""

from __future__ import annotations

import logging
import sqlite3

from genai_studio.domain import document
from genai_studio.domain.document import UnreadableDocument
from genai_studio.domain.search.terms import VERSION
from genai_studio.local.records.columns import from_blob
from genai_studio.local.records.postings import add_postings, remove_postings

_log = logging.getLogger(__name__)

BATCH = 200
"""Records per transaction."""


def reindex(connection: sqlite3.Connection) -> int:
    """Index all records with outdated terms again, and return their number.

    Args:
        connection: Connection in autocommit mode.
    """
    count = 0
    while True:
        connection.execute("BEGIN IMMEDIATE")
        try:
            batch = _reindex_batch(connection)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        count += batch
        if batch < BATCH:
            break
        _log.warning("Updating the search index: %d generations so far.", count)
    return count


def _reindex_batch(connection: sqlite3.Connection) -> int:
    rows = connection.execute(
        "SELECT number, owner, id, terms, document FROM generations INDEXED BY by_terms_version"
        " WHERE terms_version < ? ORDER BY terms_version, number LIMIT ?",
        (VERSION, BATCH),
    ).fetchall()
    for number, owner, blob, old_terms, stored in rows:
        try:
            prompt = document.decode(stored).request.prompt
        except UnreadableDocument:
            # Its terms stay, so that a purge can delete them.
            new_terms = old_terms
        else:
            generation_id = from_blob(blob)
            remove_postings(connection, owner, generation_id, old_terms.split())
            new_terms = " ".join(add_postings(connection, owner, generation_id, prompt))
        connection.execute(
            "UPDATE generations SET terms = ?, terms_version = ? WHERE number = ?",
            (new_terms, VERSION, number),
        )
    return len(rows)
