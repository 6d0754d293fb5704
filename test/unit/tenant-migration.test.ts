import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "vitest";

const migration = (name: string): string => readFileSync(`migrations/${name}.sql`, "utf8");

describe("the migration to tenant records", () => {
  it("makes each tenant's name and L2 the first version of its record", ({ expect }) => {
    const database = new DatabaseSync(":memory:");
    database.exec(migration("0001_registry"));
    database.exec(
      `INSERT INTO tenants VALUES ('acme', 'Acme "&" Co', 'redis', 10, 20), ('demo', 'demo', 'default', 5, 5)`,
    );
    database.exec(migration("0002_tenant_records"));
    const tenants = database.prepare("SELECT * FROM tenants ORDER BY id").all();
    expect(tenants.map((row) => ({ ...row, config: JSON.parse(String(row["config"])) }))).toEqual([
      {
        id: "acme",
        version: 1,
        revision: 2,
        config: { name: 'Acme "&" Co', l2: "redis" },
        created_at: 10,
        changed_at: 20,
        changed_by: "migration",
      },
      {
        id: "demo",
        version: 1,
        revision: 1,
        config: { name: "demo", l2: "default" },
        created_at: 5,
        changed_at: 5,
        changed_by: "migration",
      },
    ]);
    const versions = database
      .prepare("SELECT tenant, version, action FROM tenant_versions ORDER BY revision")
      .all();
    expect(versions.map(({ tenant, version, action }) => [tenant, version, action])).toEqual([
      ["demo", 1, "create"],
      ["acme", 1, "create"],
      ["*", 1, "create"],
    ]);
    expect(database.prepare("SELECT id, version, revision FROM deployment").all()).toEqual([
      { __proto__: null, id: "*", version: 1, revision: 3 },
    ]);
  });
});
