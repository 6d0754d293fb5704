import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import type { TenantId } from "../../src/domain/ids.ts";
import { consoleLog } from "../../src/observability/log.ts";
import { D1RecordStore } from "../../src/tenants/d1-record-store.ts";
import { D1TenantRegistry } from "../../src/tenants/d1-tenant-registry.ts";
import { KvTenantCopies } from "../../src/tenants/kv-tenant-copies.ts";
import { configReaders } from "../../src/tenants/stored-records.ts";
import { type TenantConfig, tenantConfigSchema } from "../../src/tenants/tenant-config.ts";
import type { RecordEdit } from "../../src/tenants/versioned-record.ts";
import { anId } from "./support/app.ts";

const readers = configReaders(consoleLog);
const registry = new D1TenantRegistry(env.DB, readers);
const records = new D1RecordStore<TenantId, TenantConfig>(env.DB, "tenants", readers.tenant);
const copies = new KvTenantCopies(env.REPLICAS, readers);

const aTenantId = (): TenantId => anId("t") as TenantId;

const anEdit = (basedOn: number, name: string): RecordEdit<TenantConfig> => ({
  basedOn,
  action: basedOn === 0 ? "create" : "patch",
  config: tenantConfigSchema.parse({ name }),
  changes: [],
  changedAtMs: 1_000 + basedOn,
  changedBy: "a test",
});

describe("records in D1", () => {
  it("take one of several edits of the same version, and the others write nothing", async ({
    expect,
  }) => {
    const id = aTenantId();
    const created = await Promise.all(
      ["a", "b"].map((name) => records.record(id, anEdit(0, name))),
    );
    expect(created.filter((record) => record !== undefined)).toHaveLength(1);
    const changed = await Promise.all(
      ["c", "d", "e"].map((name) => records.record(id, anEdit(1, name))),
    );
    const [won] = changed.filter((record) => record !== undefined);
    expect(await records.find(id)).toEqual(won);
    const versions = await records.listVersions(id, 10);
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
  });

  it("refuse an edit of a version that never was", async ({ expect }) => {
    const id = aTenantId();
    expect(await records.record(id, anEdit(3, "a"))).toBeUndefined();
    expect(await records.find(id)).toBeUndefined();
  });

  it("give every change a revision that is higher than all before, of any tenant", async ({
    expect,
  }) => {
    const [one, two] = [aTenantId(), aTenantId()];
    const revisions: number[] = [];
    for (const [id, basedOn] of [
      [one, 0],
      [two, 0],
      [one, 1],
      [two, 1],
    ] as const) {
      const record = await records.record(id, anEdit(basedOn, `n${basedOn}`));
      revisions.push(record?.revision ?? 0);
    }
    expect(revisions).toEqual([...revisions].toSorted((a, b) => a - b));
    expect(new Set(revisions).size).toBe(4);
  });
});

describe("the question of what changed", () => {
  it("without a revision brings the wanted tenant, the deployment and where to go on", async ({
    expect,
  }) => {
    const id = aTenantId();
    const record = await records.record(id, anEdit(0, "a"));
    const changes = await registry.loadChanges(undefined, id);
    expect(changes.tenants).toEqual([record]);
    expect(changes.revision).toBe(record?.revision);
    expect(changes.deployment).toMatchObject({ id: "*", config: { kill_switch: false } });
    expect(changes.more).toBe(false);
  });

  it("brings only what is newer, and nothing when nothing is", async ({ expect }) => {
    const [one, two] = [aTenantId(), aTenantId()];
    await records.record(one, anEdit(0, "a"));
    const { revision } = await registry.loadChanges(undefined);
    const record = await records.record(two, anEdit(0, "b"));
    const changes = await registry.loadChanges(revision);
    expect(changes.tenants).toEqual([record]);
    expect(changes.deployment).toBeUndefined();
    expect((await registry.loadChanges(changes.revision)).tenants).toEqual([]);
  });

  it("brings very many changes in parts, and every one of them", async ({ expect }) => {
    const { revision } = await registry.loadChanges(undefined);
    const ids = Array.from({ length: 120 }, aTenantId);
    for (const id of ids) await records.record(id, anEdit(0, "a"));
    const seen: string[] = [];
    let since = revision;
    let questions = 0;
    for (let more = true; more; questions += 1) {
      const changes = await registry.loadChanges(since);
      seen.push(...changes.tenants.map(({ id }) => id));
      since = changes.revision;
      more = changes.more;
    }
    expect(seen).toEqual(ids);
    expect(questions).toBe(3);
  });
});

describe("a record of another release", () => {
  it("is served without what this one does not know", async ({ expect }) => {
    const id = aTenantId();
    await records.record(id, anEdit(0, "a"));
    await env.DB.prepare("UPDATE tenants SET config = ? WHERE id = ?")
      .bind(JSON.stringify({ name: "Newer", orbit: "low", rollout_pct: 40, mix: "shaken" }), id)
      .run();
    expect((await records.find(id))?.config).toMatchObject({
      name: "Newer",
      rollout_pct: 40,
      mix: { popularity: 0.6, freshness: 0.4 },
    });
  });
});

describe("copies in KV", () => {
  it("are the records that were kept", async ({ expect }) => {
    const id = aTenantId();
    expect(await copies.find(id)).toBeUndefined();
    const record = await records.record(id, anEdit(0, "a"));
    if (record === undefined) throw new Error("not written");
    await copies.keep(record);
    expect(await copies.find(id)).toEqual(record);
    const { deployment } = await registry.loadChanges(undefined);
    if (deployment === undefined) throw new Error("no deployment");
    await copies.keep(deployment);
    expect(await copies.findDeployment()).toEqual(deployment);
  });
});
