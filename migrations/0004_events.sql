-- What users did, counted, and where its log lies. docs/storage-schema.md explains each.

-- One row a file of the log. Its key makes the counts below exact: they are added in the same transaction.
CREATE TABLE event_files (
  tenant TEXT NOT NULL,
  shard INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  -- Epoch day of arrival: the partition.
  day INTEGER NOT NULL,
  name TEXT NOT NULL,
  events INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  -- Times of its events.
  min_ms INTEGER NOT NULL,
  max_ms INTEGER NOT NULL,
  -- SHA-256 of its bytes.
  digest TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, shard, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_files_by_day ON event_files (tenant, day);

CREATE TABLE item_days (
  tenant TEXT NOT NULL,
  item TEXT NOT NULL,
  -- Epoch day of the event.
  day INTEGER NOT NULL,
  -- Empty where it is not known.
  country TEXT NOT NULL,
  gender TEXT NOT NULL,
  age TEXT NOT NULL,
  type TEXT NOT NULL,
  count INTEGER NOT NULL,
  -- Shares watched, ratings, or items put on lists less those taken from them; 0 for other types.
  sum REAL NOT NULL,
  PRIMARY KEY (tenant, item, day, country, gender, age, type)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_days_by_day ON item_days (tenant, day);

CREATE TABLE item_hours (
  tenant TEXT NOT NULL,
  -- Epoch hour of the event; kept for 48.
  hour INTEGER NOT NULL,
  item TEXT NOT NULL,
  impressions INTEGER NOT NULL,
  -- By the tenant's weights.
  weight REAL NOT NULL,
  PRIMARY KEY (tenant, hour, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_events (
  tenant TEXT NOT NULL,
  -- Of the message that died.
  id TEXT NOT NULL,
  arrived_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  reason TEXT NOT NULL,
  events INTEGER NOT NULL,
  -- The message, as it can be sent again.
  body TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
