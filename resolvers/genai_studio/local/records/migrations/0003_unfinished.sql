-- The queue of a user, which the page reads at each start.
CREATE INDEX unfinished ON generations (owner, id)
    WHERE trashed_at IS NULL AND status IN ('QUEUED', 'RUNNING');
