import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { aWorker } from "./support/access.ts";
import {
  aTenantWithFeed,
  ask,
  askAdmin,
  deliver,
  type Feed,
  itemName,
  type JobRecord,
  putJson,
} from "./support/app.ts";

const batch = async (tenant: string, rows: readonly unknown[], type = "application/json") => {
  const body =
    type === "application/json"
      ? JSON.stringify(rows)
      : rows.map((row) => JSON.stringify(row)).join("\n");
  const path = `/t/${tenant}/v1/items/batch`;
  const answer = await askAdmin(path, { method: "POST", headers: { "Content-Type": type }, body });
  return answer.json<{ upserted: number; removed: number; rejected: { index: number }[] }>();
};

const remove = (tenant: string, id: string, headers: Record<string, string> = {}) =>
  askAdmin(`/t/${tenant}/v1/items/${id}`, { method: "DELETE", headers });

/** Newest first, but for the one that was asked for when the catalogue was filled: another has done its work. */
const runsOf = async (tenant: string): Promise<readonly JobRecord[]> => {
  const answer = await askAdmin(`/t/${tenant}/admin/jobs`);
  const { jobs } = await answer.json<{ jobs: (JobRecord & { id: string })[] }>();
  return jobs
    .filter((run) => run.started_by === "catalogue" && run.job === "refresh-pools")
    .slice(0, -1);
};

/** As an isolate that has just started sees it. */
const videosOf = async (tenant: string, user: string): Promise<readonly string[]> => {
  const fresh = aWorker({ DEFAULT_AUTH: "open" });
  return (await (await fresh(`/t/${tenant}/recommend/${user}?count=60`)).json<Feed>()).videos;
};

/** As an isolate that has not been asked for anything in a while. */
const anHourLater = async (tenant: string): Promise<void> => {
  await env.DB.prepare("UPDATE withdrawn_items SET at = 1 WHERE tenant = ?").bind(tenant).run();
};

describe("the catalogue API", () => {
  it("gives back what was put, in one form, under a tag that changes with it", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(3);
    const path = `/t/${tenant}/v1/items/gift-1`;
    const put = await putJson(path, { title: "Mug", price: "9.5", gender: "Male", geo_id: "DE" });
    const [stored, tag] = [await put.json<Record<string, unknown>>(), put.headers.get("ETag")];
    expect(stored).toMatchObject({
      id: "gift-1",
      title: "Mug",
      price: 9.5,
      gender: "m",
      countries: ["DE"],
    });
    const got = await askAdmin(path);
    expect(await got.json()).toEqual(stored);
    expect(got.headers.get("ETag")).toBe(tag);
    const changed = await putJson(path, { title: "Cup" });
    expect(changed.headers.get("ETag")).not.toBe(tag);
    await changed.text();
    const late = await askAdmin(path, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "If-Match": String(tag) },
      body: JSON.stringify({ title: "Plate" }),
    });
    expect(late.status).toBe(412);
    await late.text();
    expect((await remove(tenant, "gift-1", { "If-Match": String(tag) })).status).toBe(412);
    expect((await remove(tenant, "gift-1")).status).toBe(204);
    expect((await remove(tenant, "gift-1")).status).toBe(404);
    expect((await askAdmin(path)).status).toBe(404);
  });

  it("names the field at fault and keeps what was there", async ({ expect }) => {
    const tenant = await aTenantWithFeed(3);
    const answer = await putJson(`/t/${tenant}/v1/items/${itemName(0)}`, { gender: "much" });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("gender: must be f, m or any");
    const kept = await askAdmin(`/t/${tenant}/v1/items/${itemName(0)}`);
    expect(await kept.json()).toMatchObject({ title: "Title 0" });
  });

  it("takes a batch as an array or as lines, and rows at fault cost only themselves", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(3);
    const rows = [
      { id: "a", title: "A" },
      { id: "b b" },
      { op: "delete", id: itemName(1) },
      { op: "delete", id: "unknown" },
      { op: "burn", id: "c" },
      { op: "upsert", id: "a", title: "B" },
    ];
    for (const type of ["application/json", "application/x-ndjson"]) {
      const answer = await batch(tenant, rows, type);
      expect(answer).toMatchObject({ upserted: 1, rejected: [{ index: 1 }, { index: 4 }] });
    }
    const stored = await askAdmin(`/t/${tenant}/v1/items/a`);
    expect(await stored.json()).toMatchObject({ title: "B" });
    const many = await askAdmin(`/t/${tenant}/v1/items/batch`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(Array.from({ length: 1_001 }, (_, at) => ({ id: `i${at}` }))),
    });
    expect(many.status).toBe(413);
  });

  it("shows a new item after one run that all changes share", async ({ expect }) => {
    const tenant = await aTenantWithFeed(10);
    for (let at = 0; at < 5; at += 1) {
      await (await putJson(`/t/${tenant}/v1/items/new-${at}`, { views: 1_000_000 })).text();
    }
    const runs = (await runsOf(tenant)) as (JobRecord & { id: string })[];
    expect(runs.map(({ job, outcome }) => [job, outcome])).toEqual([["refresh-pools", "queued"]]);
    await deliver({ id: runs[0]?.id, tenant, job: "refresh-pools", tries: 1 });
    expect(await videosOf(tenant, "new")).toContain("new-4");
    // The run took what it was asked for: the next change asks again.
    await remove(tenant, "new-0");
    expect(await runsOf(tenant)).toHaveLength(2);
  });

  it("asks again for a run that found another one under way", async ({ expect }) => {
    const tenant = await aTenantWithFeed(10);
    await env.DB.prepare(
      "UPDATE job_leases SET until = ?, holder = 'other' WHERE tenant = ? AND job = 'refresh-pools'",
    )
      .bind(Date.now() + 60_000, tenant)
      .run();
    await remove(tenant, itemName(0));
    const [run] = (await runsOf(tenant)) as (JobRecord & { id: string })[];
    await deliver({ id: run?.id, tenant, job: "refresh-pools", tries: 1 });
    const outcomes = (await runsOf(tenant)).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(["queued", "skipped"]);
  });
});

describe("what is withdrawn", () => {
  it("is gone before the pools are, and after them", async ({ expect }) => {
    const tenant = await aTenantWithFeed(20);
    expect(await videosOf(tenant, "ann")).toContain(itemName(3));
    await remove(tenant, itemName(4));
    await putJson(`/t/${tenant}/v1/items/${itemName(5)}`, { private: true });
    const seen = await videosOf(tenant, "bob");
    expect(seen).toContain(itemName(3));
    expect(seen).not.toContain(itemName(4));
    expect(seen).not.toContain(itemName(5));
    const [run] = (await runsOf(tenant)) as (JobRecord & { id: string })[];
    await anHourLater(tenant);
    await deliver({ id: run?.id, tenant, job: "refresh-pools", tries: 1 });
    const after = await videosOf(tenant, "cem");
    expect(after).toHaveLength(18);
    const left = await env.DB.prepare("SELECT count(*) AS n FROM withdrawn_items WHERE tenant = ?")
      .bind(tenant)
      .first<{ n: number }>();
    expect(left?.n).toBe(0);
  });

  it("comes back with the item", async ({ expect }) => {
    const tenant = await aTenantWithFeed(20);
    await remove(tenant, itemName(4));
    await (await putJson(`/t/${tenant}/v1/items/${itemName(4)}`, { views: 1 })).text();
    const { results } = await env.DB.prepare("SELECT item FROM withdrawn_items WHERE tenant = ?")
      .bind(tenant)
      .all();
    expect(results).toEqual([]);
  });

  it("hides what is out of stock only where the tenant's filters ask for stock", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(20);
    const path = `/t/${tenant}/v1/items/${itemName(4)}`;
    await (await putJson(path, { views: 100_000, in_stock: false })).text();
    expect(await videosOf(tenant, "ann")).toContain(itemName(4));
  });

  it("leaves no trace in the history of the tenant's record", async ({ expect }) => {
    const tenant = await aTenantWithFeed(5);
    const historyOf = async (): Promise<unknown> =>
      (await askAdmin(`/t/${tenant}/admin/config/history`)).json();
    const before = await historyOf();
    await remove(tenant, itemName(0));
    expect(await historyOf()).toEqual(before);
    const config = await (await askAdmin(`/t/${tenant}/admin/config`)).text();
    expect(config).not.toContain(itemName(0));
    expect((await ask(`/t/${tenant}/v1/items/${itemName(1)}`)).status).not.toBe(500);
  });
});
