-- Version of the search terms of a record (domain/search/terms.py). `reindex.py` replaces
-- the terms of an older version. The rows of the first release have version 1.
ALTER TABLE generations ADD COLUMN terms_version INTEGER NOT NULL DEFAULT 1;

CREATE INDEX by_terms_version ON generations (terms_version, number);
