-- Owners have a number, so that the indexes below stay small.
-- `served` orders them for the queue: who was served longest ago is next.
CREATE TABLE owners (
    number INTEGER PRIMARY KEY,
    owner TEXT NOT NULL UNIQUE,
    served INTEGER NOT NULL DEFAULT 0
) STRICT;

-- `document` is the record (domain/document.py); the columns before it are
-- copies of what queries look for. Ids are the 16 bytes of their UUID, times
-- are Unix milliseconds, `terms` are those of domain/search/terms.py.
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

-- One row for each word of each prompt, as the table on AWS has them. A search
-- walks rows of one owner and one word, newest first, and nobody else's.
CREATE TABLE postings (
    owner INTEGER NOT NULL,
    term TEXT NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY (owner, term, id)
) STRICT, WITHOUT ROWID;

-- Outlives its generation, so that a purged one is not made again by a replay.
CREATE TABLE idempotency_keys (
    owner INTEGER NOT NULL REFERENCES owners (number),
    client_request_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (owner, client_request_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Images that count against a day (ISO date, UTC). The studio's own count is their sum.
CREATE TABLE quota_counters (
    day TEXT NOT NULL,
    owner INTEGER NOT NULL REFERENCES owners (number),
    used INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (day, owner)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: a position is never used again, also when its row was trimmed.
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
