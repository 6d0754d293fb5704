-- What feeds explore first, of the last run of update-popularity. 0: nothing to discover. 1: under-exposed, shown to few
-- who liked it. 2: trending. The next pools take it over.
ALTER TABLE items ADD COLUMN discovery INTEGER NOT NULL DEFAULT 0;
CREATE INDEX items_discovery ON items (tenant, id) WHERE discovery > 0;
