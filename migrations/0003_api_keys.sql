-- API keys of tenants. The secret itself is kept nowhere: only its SHA-256.

CREATE TABLE api_keys (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  -- JSON list of role names; never `operator`.
  roles TEXT NOT NULL,
  -- The one user that the key acts for; null: no user in particular.
  user TEXT,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  last_used_at INTEGER,
  -- The key that this one took over from.
  replaces TEXT,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
