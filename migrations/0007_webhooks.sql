-- Webhooks of tenants, and what became of each delivery. docs/storage-schema.md explains both.

CREATE TABLE webhooks (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  -- https://…, or `queue:events-out`.
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  -- JSON list of event types.
  types TEXT NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 1,
  -- Kept as it is: a signature needs it. The one before it signs, too, until its end.
  secret TEXT NOT NULL,
  former_secret TEXT,
  former_until INTEGER,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  -- Of the first attempt that failed since one succeeded; null while all is well.
  failing_since INTEGER,
  -- Events given up one after another.
  given_up INTEGER NOT NULL DEFAULT 0,
  disabled_at INTEGER,
  disabled_reason TEXT,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_deliveries (
  tenant TEXT NOT NULL,
  webhook TEXT NOT NULL,
  event TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  type TEXT NOT NULL,
  attempted_at INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  -- What the receiver answered; null when it did not.
  status INTEGER,
  error TEXT,
  -- SHA-256 of the body, which is kept nowhere.
  digest TEXT NOT NULL,
  next_at INTEGER,
  PRIMARY KEY (tenant, webhook, event, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_deliveries_recent ON webhook_deliveries (tenant, webhook, attempted_at DESC);
CREATE INDEX webhook_deliveries_old ON webhook_deliveries (attempted_at);
