-- Where items come from, and what changed of them. docs/storage-schema.md explains each.

-- Items that are not to be shown from now on, while pools still name them.
CREATE TABLE withdrawn_items (
  tenant TEXT NOT NULL,
  item TEXT NOT NULL,
  -- gone: deleted or private; stock: out of stock.
  reason TEXT NOT NULL CHECK (reason IN ('gone', 'stock')),
  at INTEGER NOT NULL,
  PRIMARY KEY (tenant, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX withdrawn_items_recent ON withdrawn_items (tenant, at);

-- Runs of a job that changes asked for: many changes, one run.
CREATE TABLE due_runs (
  tenant TEXT NOT NULL,
  job TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, job)
) STRICT, WITHOUT ROWID;

CREATE TABLE sources (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- A SourceConfig (src/sources/source-config.ts).
  config TEXT NOT NULL,
  -- Where the next run goes on; NULL before the first.
  cursor TEXT,
  -- How the last run ended: a SourceRun.
  last_run TEXT,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT, WITHOUT ROWID;

-- What a source gave: what it no longer gives is taken out again, and what did not change is not written again.
CREATE TABLE source_items (
  tenant TEXT NOT NULL,
  source TEXT NOT NULL,
  item TEXT NOT NULL,
  -- Of the row.
  digest TEXT NOT NULL,
  PRIMARY KEY (tenant, source, item)
) STRICT, WITHOUT ROWID;
