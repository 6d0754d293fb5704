import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { KvTier } from "../../src/cache/kv-tier.ts";
import { D1Catalogue } from "../../src/catalogue/d1-catalogue.ts";
import type { TenantId } from "../../src/domain/ids.ts";
import { DurablePoolStore, type PoolShelfNamespace } from "../../src/pools/durable-pool-store.ts";
import { factsAt } from "../../src/pools/facts-builder.ts";
import { PoolReplica } from "../../src/pools/pool-replica.ts";
import { replicaShelf } from "../../src/pools/replica-shelf.ts";
import { replicaText } from "../../src/pools/replica-text.ts";
import { staticListOf } from "../../src/pools/static-list.ts";
import { aSnapshot } from "../support/pool-builders.ts";
import {
  addItems,
  anId,
  askAdmin,
  askJson,
  type Feed,
  patchConfig,
  putJson,
  runJob,
} from "./support/app.ts";

const ROWS = [
  {
    id: "first",
    views: 9,
    channel: "A channel",
    creator: "Ada",
    tags: ["sport", "été"],
    maturity: "pg13",
    in_stock: false,
    countries: "de,at",
    vector: [0, 5],
    published_at: "2026-01-02T03:04:05Z",
  },
  { id: "second", views: 8, channel: "A channel", stock: 4, blocked_countries: ["US"] },
  { id: "third", views: 7, creator_id: "c3" },
];

async function aTenantOf(rows: readonly object[]): Promise<TenantId> {
  const tenant = anId("t") as TenantId;
  await (await putJson(`/t/${tenant}/admin/tenant`, {})).text();
  const body = rows.map((row) => JSON.stringify(row)).join("\n");
  await (await askAdmin(`/t/${tenant}/admin/items`, { method: "POST", body })).text();
  return tenant;
}

async function poolsOf(tenant: TenantId): Promise<PoolReplica> {
  const namespace = env.POOLS_DO as unknown as PoolShelfNamespace;
  const store = new DurablePoolStore({ namespace, deadlineMs: 10_000 });
  const manifest = await store.current(tenant);
  const snapshot = manifest && (await store.load(tenant, manifest.version));
  if (snapshot === undefined) throw new Error("no pools");
  return new PoolReplica(snapshot);
}

describe("facts of an imported row", () => {
  it("arrive in the replica, under the item's rank", async ({ expect }) => {
    const tenant = await aTenantOf(ROWS);
    await runJob(tenant, "refresh-pools");
    const { facts } = await poolsOf(tenant);
    expect(factsAt(facts, 0)).toEqual({
      publishedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
      creator: "Ada",
      tags: ["sport", "été"],
      maturity: "PG-13",
      inStock: false,
      countries: ["AT", "DE"],
      blockedCountries: undefined,
      vector: Int8Array.of(0, 127),
    });
    expect(factsAt(facts, 1)).toMatchObject({
      creator: "A channel",
      maturity: undefined,
      inStock: true,
      blockedCountries: ["US"],
    });
    expect(factsAt(facts, 2)).toMatchObject({ creator: "c3", inStock: undefined, tags: [] });
  });

  it("serves a vector only to who asks for it", async ({ expect }) => {
    const tenant = await aTenantOf(ROWS);
    await patchConfig(tenant, { filters: { geography: "any" } });
    await runJob(tenant, "refresh-pools");
    const feed = await askJson<Feed>(`/t/${tenant}/recommend/u?count=3&fields=creator,vector`);
    expect(feed.items?.find(({ id }) => id === "first")).toEqual({
      id: "first",
      creator: "Ada",
      vector: [0, 5],
    });
    const plain = await askJson<Feed>(`/t/${tenant}/recommend/v?count=3&fields=creator`);
    expect(plain.items?.find(({ id }) => id === "first")).toEqual({ id: "first", creator: "Ada" });
  });

  it("come from a catalogue of several pages in one order", async ({ expect }) => {
    const tenant = await aTenantOf([]);
    await addItems(tenant, 2_100);
    const pages = [];
    for await (const page of new D1Catalogue(env.DB).ranked(tenant, 2_050)) pages.push(page);
    expect(pages.map((page) => page.length)).toEqual([2_000, 50]);
    expect(pages.flat().map(({ id, creator }) => [id, creator])).toEqual(
      Array.from({ length: 2_050 }, (_, rank) => [`item-${rank}`, `Channel ${rank % 7}`]),
    );
  });

  it("of an older release that cannot be understood say nothing", async ({ expect }) => {
    const tenant = await aTenantOf([{ id: "old" }]);
    const metadata = {
      maturity: "adults",
      in_stock: "yes",
      countries: "DE",
      tags: "a|b",
      vector: 3,
    };
    await env.DB.prepare("UPDATE items SET metadata = ?2 WHERE tenant = ?1")
      .bind(tenant, JSON.stringify(metadata))
      .run();
    for await (const [item] of new D1Catalogue(env.DB).ranked(tenant, 1)) {
      expect(Object.entries(item ?? {}).filter(([, value]) => value !== undefined)).toEqual([
        ["id", "old"],
      ]);
    }
    expect.assertions(1);
  });
});

const nowMs = () => Date.now();

/** Another isolate's. */
const copiesIn = (name: string) =>
  replicaShelf({
    tier: new KvTier({ namespace: env.REPLICAS, name, nowMs }),
    lifeMs: Infinity,
    nowMs,
  });

describe("copies in KV", () => {
  it("hold the facts of the pools, and the static list beside them", async ({ expect }) => {
    const tenant = await aTenantOf(ROWS);
    await runJob(tenant, "refresh-pools");
    const pools = await poolsOf(tenant);
    const copy = await copiesIn("pools").find(tenant);
    expect(copy?.facts).toEqual(pools.facts);
    const shelf = copiesIn("static");
    // The refresh left one of what everybody may see: the others depend on the country.
    expect((await shelf.find(tenant))?.slices.fallback).toEqual(["third"]);
    const list = staticListOf(pools, (index) => index !== 1);
    await shelf.keep(tenant, list);
    expect(await shelf.find(tenant)).toEqual(list);
    expect(list.slices.fallback).toEqual(["first", "third"]);
  });

  it("that the release before wrote are read, and those of this one never end", async ({
    expect,
  }) => {
    const [tenant, snapshot] = [anId("t"), aSnapshot(7, { l1d: 3 })];
    await env.REPLICAS.put(`pools:${tenant}`, replicaText(snapshot));
    expect(await copiesIn("pools").find(tenant)).toEqual(snapshot);
    await copiesIn("pools").keep(tenant, aSnapshot(8, { l1d: 2 }));
    expect((await copiesIn("pools").find(tenant))?.manifest.version).toBe(8);
    const { keys } = await env.REPLICAS.list({ prefix: `pools:${tenant}` });
    expect(keys).toEqual([{ name: `pools:${tenant}` }]);
  });
});
