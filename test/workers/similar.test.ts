import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import type { Bindings } from "../../src/env.ts";
import { servicesOf } from "../../src/services.ts";
import { anId, putJson } from "./support/app.ts";
import { anEventWorker, consume, flushShards } from "./support/events.ts";
import { updateSimilarities } from "./support/similarities.ts";

const NOW_MS = Date.now();
const background = { run: (_: string, work: () => Promise<unknown>) => void work() };

beforeAll(async () => {
  // Receipts of deletions; this file needs no more of them than who and when.
  await env.DB.prepare(
    "CREATE TABLE IF NOT EXISTS deleted_users (tenant TEXT, user_digest TEXT, deleted_at INTEGER)",
  ).run();
});

async function aTenantWithEvents(
  likes: Readonly<Record<string, readonly string[]>>,
): Promise<TenantId> {
  const tenant = anId("t");
  await putJson(`/t/${tenant}/admin/tenant`, {});
  await happen(tenant, "like", likes);
  return tenant as TenantId;
}

async function happen(
  tenant: string,
  type: string,
  items: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const worker = anEventWorker();
  const events = Object.entries(items).flatMap(([user, liked]) =>
    liked.map((item) => ({ id: anId("e"), type, user_id: user, item_id: item })),
  );
  const answer = await worker.send(tenant, events);
  if (!answer.ok) throw new Error(await answer.text());
  await answer.text();
  await worker.deliver();
  await flushShards(tenant);
}

// An isolate of its own: what it serves was read after the version was made.
const similarItems = () => servicesOf({ ...(env as unknown as Bindings) }).similar.items;

describe("what goes together", () => {
  it("is computed from events by the steps of a job, and served", async ({ expect }) => {
    const tenant = await aTenantWithEvents({
      ann: ["tea", "cup"],
      bob: ["tea", "cup", "pot"],
      cid: ["saw"],
    });
    const run = await updateSimilarities(tenant);
    expect(run).toMatchObject({
      job: "update-similarities",
      outcome: "succeeded",
      counts: { version: 1, interactions: 6, users: 3, items: 4 },
    });
    const items = similarItems();
    const found = await items.neighboursOf(tenant, ["tea", "saw"] as ItemId[], NOW_MS, background);
    expect(found?.get("tea" as ItemId)?.map(({ item }) => item)).toEqual(["cup", "pot"]);
    expect(found?.get("saw" as ItemId)).toEqual([]);
    const list = await items.byUsersLike(tenant, "ann" as UserId, NOW_MS, background);
    expect(list?.map(({ item }) => item)).toEqual(["pot"]);
  });

  it("follows what users take back, and keeps what is there while nothing happens", async ({
    expect,
  }) => {
    const tenant = await aTenantWithEvents({ ann: ["tea", "cup"], bob: ["tea", "pot"] });
    await updateSimilarities(tenant);
    await happen(tenant, "unlike", { bob: ["pot"] });
    expect(await updateSimilarities(tenant)).toMatchObject({
      outcome: "succeeded",
      counts: { version: 2, interactions: 3, users: 2, items: 2 },
    });
    const found = await similarItems().neighboursOf(
      tenant,
      ["tea"] as ItemId[],
      NOW_MS,
      background,
    );
    expect(found?.get("tea" as ItemId)?.map(({ item }) => item)).toEqual(["cup"]);
    expect(await updateSimilarities(tenant)).toMatchObject({ outcome: "kept" });
  });

  it("is unknown before the first computation, and of no other tenant", async ({ expect }) => {
    const tenant = await aTenantWithEvents({ ann: ["tea", "cup"] });
    const other = await aTenantWithEvents({ ann: ["tea", "cup"] });
    await updateSimilarities(tenant);
    const items = similarItems();
    expect(await items.neighboursOf(other as TenantId, [], NOW_MS, background)).toBeUndefined();
    expect(await items.byUsersLike(other, "ann" as UserId, NOW_MS, background)).toBeUndefined();
    const { objects } = await env.ARTEFACTS.list({ prefix: `similar/${tenant}/` });
    expect(objects.map(({ key }) => key.split("/").slice(3).join("/"))).toEqual([
      "block-0",
      "items",
      "pairs-0",
    ]);
  });

  it("drops a message that nobody can read, and one of a version that is no longer open", async ({
    expect,
  }) => {
    const messages = [
      { nonsense: true },
      { tenant: "nobody", version: 1, phase: "split", index: 0 },
    ];
    const { explicitAcks, retryMessages } = await consume("nearfeed-steps", messages);
    expect(explicitAcks).toHaveLength(2);
    expect(retryMessages).toHaveLength(0);
  });
});
