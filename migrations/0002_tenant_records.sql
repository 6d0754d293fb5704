-- Records under version control: a tenant's config, and the deployment's. docs/storage-schema.md explains each.

-- The log of all changes, and what numbers them: `revision` grows with every change of any record, so that one
-- question ("what is newer than n?") tells an isolate everything. The deployment's record is tenant '*'.
CREATE TABLE tenant_versions (
  revision INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL,
  version INTEGER NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('create', 'put', 'patch', 'rollback')),
  config TEXT NOT NULL,
  changes TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  UNIQUE (tenant, version)
) STRICT;

INSERT INTO tenant_versions (tenant, version, action, config, changes, changed_at, changed_by)
  SELECT id, 1, 'create', json_object('name', name, 'l2', l2), '[]', updated_at, 'migration'
  FROM tenants ORDER BY created_at, id;
INSERT INTO tenant_versions (tenant, version, action, config, changes, changed_at, changed_by)
  VALUES ('*', 1, 'create', '{}', '[]', 0, 'migration');

CREATE TABLE deployment (
  id TEXT PRIMARY KEY CHECK (id = '*'),
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  config TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) STRICT;
INSERT INTO deployment
  SELECT tenant, version, revision, config, changed_at, changed_at, changed_by
  FROM tenant_versions WHERE tenant = '*';

CREATE TABLE tenant_records (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  -- A TenantConfig (src/tenants/tenant-config.ts); what is missing has its default.
  config TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) STRICT;
INSERT INTO tenant_records
  SELECT tenants.id, versions.version, versions.revision, versions.config,
    tenants.created_at, versions.changed_at, versions.changed_by
  FROM tenants JOIN tenant_versions AS versions ON versions.tenant = tenants.id;
DROP TABLE tenants;
ALTER TABLE tenant_records RENAME TO tenants;
CREATE UNIQUE INDEX tenants_changed ON tenants (revision);
