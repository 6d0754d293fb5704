import { describe, it } from "vitest";
import type { Log } from "../../src/observability/log.ts";
import { configReaders } from "../../src/tenants/stored-records.ts";
import { type TenantConfig, tenantConfigSchema } from "../../src/tenants/tenant-config.ts";

function read(stored: unknown): { readonly config: TenantConfig; readonly dropped: unknown } {
  let dropped: unknown;
  const note: Log["error"] = (_, fields) => {
    dropped = fields?.["dropped"];
  };
  const readers = configReaders({ info: note, warn: note, error: note });
  const text = typeof stored === "string" ? stored : JSON.stringify(stored);
  return { config: readers.tenant("acme", text), dropped };
}

describe("a stored record", () => {
  it("of this release is read as it was written, and nothing is logged", ({ expect }) => {
    const config = tenantConfigSchema.parse({
      name: "Acme",
      filters: { max_maturity: "PG" },
      rules: [{ type: "boost", match: { tag: "news" }, factor: 2 }],
    });
    expect(read(config)).toEqual({ config, dropped: undefined });
  });

  it("of the first release, a name and an L2, has every default", ({ expect }) => {
    const { config, dropped } = read({ name: "Acme", l2: "redis" });
    expect(config).toEqual(tenantConfigSchema.parse({ name: "Acme", l2: "redis" }));
    expect(dropped).toBeUndefined();
  });

  it("loses what this release does not know, and keeps the rest", ({ expect }) => {
    const { config, dropped } = read({
      name: "Acme",
      orbit: 1,
      rollout_pct: 40,
      filters: { stock: "in_stock", region: "x" },
      rules: [
        { type: "bury", match: { tag: "a" } },
        { type: "levitate" },
        { type: "boost", match: { tag: "b" }, factor: 99 },
        { type: "bury", match: { tag: "c" } },
      ],
    });
    expect(config).toMatchObject({ name: "Acme", rollout_pct: 40, filters: { stock: "in_stock" } });
    expect(config.rules).toEqual([
      { type: "bury", match: { tag: "a" } },
      { type: "bury", match: { tag: "c" } },
    ]);
    expect(new Set(dropped as string[])).toEqual(
      new Set(["orbit", "filters.region", "rules.1", "rules.2"]),
    );
  });

  it("stays shut where what it says of a switch or of stock cannot be read", ({ expect }) => {
    const { config } = read({ name: "Acme", kill_switch: "on", filters: { stock: 7 } });
    expect(config).toMatchObject({ kill_switch: true, filters: { stock: "in_stock" } });
  });

  it("gives a group its defaults when its fields contradict each other", ({ expect }) => {
    const { config } = read({ name: "Acme", user_pool: { capacity: 100 }, rollout_pct: 40 });
    expect(config.user_pool).toEqual(tenantConfigSchema.parse({ name: "x" }).user_pool);
    expect(config.rollout_pct).toBe(40);
  });

  it("never lets anybody in, or anything out, by a field that cannot be read", ({ expect }) => {
    const { config } = read({
      name: "Acme",
      auth: { mode: "retina" },
      filters: { max_maturity: "PG-15", excluded_items: ["a"] },
    });
    expect(config.auth).toEqual({ mode: "keys" });
    expect(config.filters).toMatchObject({ max_maturity: "G", excluded_items: ["a"] });
  });

  it("that is no JSON at all is a tenant with nothing but its id", ({ expect }) => {
    const { config, dropped } = read("{not json");
    expect(config).toMatchObject({
      name: "acme",
      auth: { mode: "keys" },
      filters: { max_maturity: "G" },
    });
    expect(dropped).toEqual(["*"]);
  });
});
