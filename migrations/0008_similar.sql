-- Versions of what goes together (docs/storage-schema.md), and the steps that make each.

CREATE TABLE similar_versions (
  tenant TEXT NOT NULL,
  version INTEGER NOT NULL,
  -- The job run that waits for it.
  run TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  -- JSON: how the log is cut, what it adds to, and where the log was read up to.
  plan TEXT NOT NULL,
  resumed INTEGER NOT NULL DEFAULT 0,
  published_at INTEGER,
  -- JSON: counts; null until it is published.
  facts TEXT,
  -- When it was superseded or given up; its objects go an hour later.
  over_at INTEGER,
  PRIMARY KEY (tenant, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE similar_steps (
  tenant TEXT NOT NULL,
  version INTEGER NOT NULL,
  phase TEXT NOT NULL,
  step INTEGER NOT NULL,
  -- JSON: what it is to do.
  spec TEXT NOT NULL,
  -- JSON: what came of it; null until it is done.
  result TEXT,
  PRIMARY KEY (tenant, version, phase, step)
) STRICT, WITHOUT ROWID;
