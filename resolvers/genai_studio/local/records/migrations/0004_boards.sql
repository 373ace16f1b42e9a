-- The boards of each owner: one document (domain/boards/board_list.py). The generations on a
-- board are rows of `postings`, with the term of the board.
CREATE TABLE boards (
    owner INTEGER PRIMARY KEY REFERENCES owners (number),
    version INTEGER NOT NULL,
    document BLOB NOT NULL
) STRICT;
