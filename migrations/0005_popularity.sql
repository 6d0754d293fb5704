-- What was imported stands beside what events add to it: popularity = base_popularity + what events say.
ALTER TABLE items ADD COLUMN base_popularity REAL NOT NULL DEFAULT 0;
UPDATE items SET base_popularity = popularity;

-- The current snapshot of scores of a tenant: the object popularity/<tenant>/<version> in ARTEFACTS.
CREATE TABLE popularity_versions (
  tenant TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  items INTEGER NOT NULL,
  -- Items with a score, items of the whole catalogue, likes and clicks of 90 days: what /stats tells.
  scored INTEGER NOT NULL,
  catalogue INTEGER NOT NULL,
  likes INTEGER NOT NULL,
  clicks INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  written_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
