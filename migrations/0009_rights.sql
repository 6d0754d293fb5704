-- Users who were deleted, and how far that is. docs/storage-schema.md explains it.

CREATE TABLE deleted_users (
  tenant TEXT NOT NULL,
  receipt TEXT NOT NULL,
  -- SHA-256 of tenant, a line feed and the user's id: it stays when the id itself is gone.
  user_digest TEXT NOT NULL,
  -- Needed to find the user in the log; null once everything is gone.
  user TEXT,
  deleted_at INTEGER NOT NULL,
  -- What requests under way had still written is gone, too.
  settled_at INTEGER,
  -- How far the log was read: JSON [shard, seq]; null before the first file.
  log_cursor TEXT,
  completed_at INTEGER,
  -- JSON list: each store, what was found there, and whether it is done.
  stores TEXT NOT NULL,
  PRIMARY KEY (tenant, receipt)
) STRICT, WITHOUT ROWID;
CREATE INDEX deleted_users_digest ON deleted_users (tenant, user_digest, deleted_at);
CREATE INDEX deleted_users_pending ON deleted_users (tenant, deleted_at) WHERE completed_at IS NULL;
