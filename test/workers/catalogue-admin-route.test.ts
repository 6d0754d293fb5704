import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { aWorker } from "./support/access.ts";
import {
  anId,
  ask,
  askAdmin,
  askJson,
  aTenantWithFeed,
  type Feed,
  itemName,
  type JobRecord,
  putJson,
  runJob,
} from "./support/app.ts";

const post = (path: string, body: string): Promise<Response> =>
  askAdmin(path, { method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body });

const aTenant = async (): Promise<string> => {
  const tenant = anId("t");
  await (await putJson(`/t/${tenant}/admin/tenant`, {})).text();
  return tenant;
};

describe("POST /t/{tenant}/admin/items", () => {
  it("takes the good lines in and names the bad ones by their line", async ({ expect }) => {
    const tenant = await aTenant();
    const answer = await post(
      `/t/${tenant}/admin/items`,
      ['{"id":"one"}', "{bad", "", '{"id":"no good"}', '{"id":"two","views":5}'].join("\n"),
    );
    const body = await answer.json<{
      accepted: number;
      rejected: { line: number; reason: string }[];
    }>();
    expect(body.accepted).toBe(2);
    expect(body.rejected.map((line) => line.line)).toEqual([2, 4]);
    expect(body.rejected[1]?.reason).toMatch(/^id: /);
  });

  it("lets the last row of an id win, within one body and over two", async ({ expect }) => {
    const tenant = await aTenant();
    const path = `/t/${tenant}/admin/items`;
    await (await post(path, '{"id":"a","title":"1"}\n{"id":"a","title":"2"}')).text();
    await runJob(tenant, "refresh-pools");
    const feed = await askJson<Feed>(`/t/${tenant}/recommend/u?count=1&fields=title`);
    expect(feed.items).toEqual([{ id: "a", title: "2" }]);
    await (await post(path, '{"id":"a","title":"3"}')).text();
    const row = await env.DB.prepare("SELECT metadata FROM items WHERE tenant = ?")
      .bind(tenant)
      .all<{ metadata: string }>();
    expect(row.results.map(({ metadata }) => metadata)).toEqual(['{"title":"3"}']);
  });

  it("takes what must not be shown out at once, and brings it back", async ({ expect }) => {
    const tenant = await aTenantWithFeed(20);
    const lines = (...rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");
    const push = async (...rows: readonly object[]) => {
      const answer = await post(`/t/${tenant}/admin/items`, lines(...rows));
      expect(await answer.json()).toEqual({ accepted: rows.length, rejected: [] });
    };
    const [mine, sold, shown] = [4, 5, 6].map((rank) => ({ id: itemName(rank) }));
    const withdrawn = async () => {
      const { results } = await env.DB.prepare(
        "SELECT item, reason FROM withdrawn_items WHERE tenant = ? ORDER BY item",
      )
        .bind(tenant)
        .all<{ item: string; reason: string }>();
      return results.map(({ item, reason }) => [item, reason]);
    };
    const videos = async (user: string) => {
      const fresh = aWorker({ DEFAULT_AUTH: "open" });
      return (await (await fresh(`/t/${tenant}/recommend/${user}?count=60`)).json<Feed>()).videos;
    };
    // Of two rows for one item the last one holds, here too.
    const out = [
      { ...mine, private: true },
      { ...sold, in_stock: false },
      { ...shown, private: true },
      shown ?? {},
    ];
    await push(...out);
    const gone = [
      [itemName(4), "gone"],
      [itemName(5), "stock"],
    ];
    expect(await withdrawn()).toEqual(gone);
    const seen = await videos("ann");
    expect(seen).not.toContain(itemName(4));
    expect(seen).toContain(itemName(6));
    // The same rows again, as a nightly import has them.
    await push(...out);
    expect(await withdrawn()).toEqual(gone);
    await push(mine ?? {}, sold ?? {});
    expect(await withdrawn()).toEqual([]);
    expect(await videos("bob")).toContain(itemName(4));
  });

  it("asks for one refresh of all that is made of items, however many bodies", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(3);
    await runJob(tenant, "update-popularity");
    const asked = async () => {
      const answer = await askAdmin(`/t/${tenant}/admin/jobs`);
      const { jobs } = await answer.json<{ jobs: JobRecord[] }>();
      return jobs.filter((run) => run.started_by === "catalogue").map(({ job }) => job);
    };
    const before = await asked();
    for (const id of ["one", "two", "three"]) {
      await (await post(`/t/${tenant}/admin/items`, JSON.stringify({ id }))).text();
    }
    const after = await asked();
    expect(after.length - before.length).toBe(2);
    expect(new Set(after)).toEqual(new Set(["refresh-pools", "update-popularity"]));
  });

  it("refuses too many lines and a stranger", async ({ expect }) => {
    const tenant = await aTenant();
    const many = await post(`/t/${tenant}/admin/items`, "{}\n".repeat(5_002));
    expect(many.status).toBe(413);
    await many.text();
    const stranger = await ask(`/t/${tenant}/admin/items`, { method: "POST", body: '{"id":"a"}' });
    expect(stranger.status).toBe(401);
    await stranger.text();
  });
});

describe("PUT /t/{tenant}/admin/tenant", () => {
  it("creates a tenant once, changes it after, and lists it with its size", async ({ expect }) => {
    const tenant = anId("t");
    const created = await putJson(`/t/${tenant}/admin/tenant`, { name: "First" });
    expect(await created.json()).toEqual({
      id: tenant,
      name: "First",
      l2: "default",
      created: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const changed = await putJson(`/t/${tenant}/admin/tenant`, { l2: "embedded" });
    expect(await changed.json()).toMatchObject({ name: "First", l2: "embedded", created: false });
    const { tenants } = await askJson<{ tenants: { id: string; items: number }[] }>("/tenants");
    expect(tenants.find(({ id }) => id === tenant)).toMatchObject({ name: "First", items: 0 });
  });

  it("refuses an L2 that the deployment does not have", async ({ expect }) => {
    const answer = await putJson(`/t/${anId("t")}/admin/tenant`, { l2: "redis" });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ path: "body.l2" }] });
  });
});
