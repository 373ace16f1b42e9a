-- Owners have a number to keep the indexes small.
-- `served` gives the queue order: the owner who was served longest ago is next.
CREATE TABLE owners (
    number INTEGER PRIMARY KEY,
    owner TEXT NOT NULL UNIQUE,
    served INTEGER NOT NULL DEFAULT 0
) STRICT;

-- `document` is the record (domain/document.py). The other columns are copies of
-- the fields that queries use. IDs are the 16 bytes of the UUID, times are Unix
-- milliseconds, and `terms` come from domain/search/terms.py.
CREATE TABLE generations (
    number INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL REFERENCES owners (number),
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    model TEXT NOT NULL,
    favorite INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    trashed_at INTEGER,
    not_before INTEGER,
    due_at INTEGER,
    terms TEXT NOT NULL,
    document BLOB NOT NULL,
    UNIQUE (owner, id)
) STRICT;

CREATE INDEX history ON generations (owner, id) WHERE trashed_at IS NULL;
CREATE INDEX favorites ON generations (owner, id) WHERE trashed_at IS NULL AND favorite = 1;
CREATE INDEX trash ON generations (owner, id) WHERE trashed_at IS NOT NULL;
CREATE INDEX due ON generations (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX queued ON generations (owner, id, not_before) WHERE status = 'QUEUED';
CREATE INDEX running ON generations (owner, id) WHERE status = 'RUNNING';

-- One row per search term of each prompt, as in the DynamoDB table. A search
-- scans the rows of one owner and one term, newest first.
CREATE TABLE postings (
    owner INTEGER NOT NULL,
    term TEXT NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY (owner, term, id)
) STRICT, WITHOUT ROWID;

-- A key outlives its generation, so that a replay does not recreate a purged one.
CREATE TABLE idempotency_keys (
    owner INTEGER NOT NULL REFERENCES owners (number),
    client_request_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner, client_request_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Images counted against the daily quota (ISO date, UTC). The studio's count is their sum.
CREATE TABLE quota_counters (
    day TEXT NOT NULL,
    owner INTEGER NOT NULL REFERENCES owners (number),
    used INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (day, owner)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: a position is never reused, even after its row is deleted.
CREATE TABLE changes (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES owners (number),
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    purged INTEGER NOT NULL
) STRICT;

CREATE TABLE change_readers (
    reader TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
