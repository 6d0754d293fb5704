-- The registry: tenants, their catalogue, imported watch history, jobs. docs/storage-schema.md explains each.

CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  l2 TEXT NOT NULL DEFAULT 'default' CHECK (l2 IN ('default', 'embedded', 'redis')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE items (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  published_at INTEGER,
  popularity REAL NOT NULL DEFAULT 0,
  -- What clients may ask for with ?fields=, as one JSON object: title, channel, tags, …
  metadata TEXT NOT NULL DEFAULT '{}',
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX items_ranked ON items (tenant, popularity DESC, id DESC);

CREATE TABLE watched (
  tenant TEXT NOT NULL,
  user TEXT NOT NULL,
  item TEXT NOT NULL,
  watched_at INTEGER NOT NULL,
  -- 0 until the watched-filter sync has put the row into the user's state.
  synced INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, user, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX watched_unsynced ON watched (tenant, user) WHERE synced = 0;

CREATE TABLE active_users (
  tenant TEXT NOT NULL,
  user TEXT NOT NULL,
  last_active_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX active_users_recent ON active_users (tenant, last_active_at);

CREATE TABLE job_runs (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  job TEXT NOT NULL,
  started_by TEXT NOT NULL,
  enqueued_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  outcome TEXT NOT NULL,
  counts TEXT NOT NULL DEFAULT '{}',
  error TEXT
) STRICT;
CREATE INDEX job_runs_recent ON job_runs (tenant, enqueued_at DESC);

-- One row per running job of a tenant. The fencing token grows with each holder.
CREATE TABLE job_leases (
  tenant TEXT NOT NULL,
  job TEXT NOT NULL,
  holder TEXT NOT NULL,
  fencing_token INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (tenant, job)
) STRICT, WITHOUT ROWID;
