import { describe, it } from "vitest";
import { anId, ask, askAdmin, askJson, aTenantWithFeed } from "./support/app.ts";
import {
  aConfig,
  askAdminJson,
  aTenant,
  patchConfig,
  putConfig,
  type RecordAnswer,
  send,
  type VersionAnswer,
} from "./support/tenant-records.ts";

describe("a tenant's record", () => {
  it("is created by PUT with every default, and has its version for an ETag", async ({
    expect,
  }) => {
    const tenant = anId("t");
    const created = await putConfig(tenant, {});
    expect(created.status).toBe(200);
    expect(created.headers.get("ETag")).toBe('"1"');
    const answer = await created.json<RecordAnswer>();
    expect(answer).toMatchObject({ tenant, version: 1, changed_by: "operator" });
    expect(answer.config).toMatchObject({ name: tenant, kill_switch: false, rollout_pct: 100 });
    expect(Math.abs(Date.parse(answer.changed_at) - Date.now())).toBeLessThan(60_000);
    expect(await askAdminJson<RecordAnswer>(aConfig(tenant))).toEqual(answer);
  });

  it("is patched field by field, and null gives a field its default back", async ({ expect }) => {
    const tenant = await aTenant({ name: "A", filters: { max_maturity: "R" }, rollout_pct: 5 });
    const patched = await patchConfig(tenant, {
      kill_switch: true,
      rollout_pct: null,
      filters: { excluded_items: ["a"] },
    });
    const { version, config } = await patched.json<RecordAnswer>();
    expect(version).toBe(2);
    expect(config).toMatchObject({
      name: "A",
      kill_switch: true,
      rollout_pct: 100,
      filters: { max_maturity: "R", excluded_items: ["a"] },
    });
  });

  it("is replaced whole by PUT: what is missing has its default again", async ({ expect }) => {
    const tenant = await aTenant({ name: "A", kill_switch: true });
    const put = await putConfig(tenant, { name: "B" });
    expect((await put.json<RecordAnswer>()).config).toMatchObject({
      name: "B",
      kill_switch: false,
    });
  });

  it("writes no version for a change that changes nothing", async ({ expect }) => {
    const tenant = await aTenant({ name: "A" });
    const patched = await patchConfig(tenant, { name: "A", kill_switch: false });
    expect(await patched.json()).toMatchObject({ version: 1 });
  });

  it("loses none of many patches that come at once", async ({ expect }) => {
    const tenant = await aTenant({});
    const fields = ["kill_switch", "rollout_pct", "name", "exploration"] as const;
    const values = [true, 7, "Together", { share: 0.2 }] as const;
    const answers = await Promise.all(
      fields.map((field, at) => patchConfig(tenant, { [field]: values[at] })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const record = await askAdminJson<RecordAnswer>(aConfig(tenant));
    expect(record.version).toBe(5);
    expect(record.config).toMatchObject({
      kill_switch: true,
      rollout_pct: 7,
      name: "Together",
      exploration: { share: 0.2 },
    });
  });

  it("decides how much the user's queues hold, from the next request on", async ({ expect }) => {
    const tenant = await aTenantWithFeed(600);
    await (await patchConfig(tenant, { user_pool: { capacity: 60, low_water_mark: 20 } })).text();
    await askJson(`/t/${tenant}/recommend/alice?count=5`);
    const stats = await askJson<{ popularity: { valid_count: number } }>(
      `/t/${tenant}/feed-stats/alice`,
    );
    expect(stats.popularity.valid_count).toBeGreaterThan(0);
    expect(stats.popularity.valid_count).toBeLessThanOrEqual(60);
  });
});

describe("a bad record", () => {
  it("is refused with every fault at its place, and the last good one stays", async ({
    expect,
  }) => {
    const tenant = await aTenant({ name: "Good" });
    const refused = await patchConfig(tenant, {
      rollout_pct: 101,
      l2: "redis",
      colour: "red",
      mix: { popularity: 0.7, freshness: 0.7 },
      filters: { max_maturity: "X", excluded_items: ["ok", "not ok"], stok: 1 },
      allowed_origins: ["https://a.example", "nonsense"],
    });
    expect(refused.status).toBe(400);
    const { code, errors } = await refused.json<{
      code: string;
      errors: { path: string; message: string }[];
    }>();
    expect(code).toBe("BAD_REQUEST");
    expect(errors.map(({ path }) => path).toSorted()).toEqual([
      "body.allowed_origins.1",
      "body.colour",
      "body.filters.excluded_items.1",
      "body.filters.max_maturity",
      "body.filters.stok",
      "body.l2",
      "body.mix",
      "body.rollout_pct",
    ]);
    const record = await askAdminJson<RecordAnswer>(aConfig(tenant));
    expect(record).toMatchObject({ version: 1, config: { name: "Good", rollout_pct: 100 } });
  });

  it("is one that asks for an L2 which this deployment does not have", async ({ expect }) => {
    const refused = await putConfig(anId("t"), { l2: "redis" });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ errors: [{ path: "body.l2" }] });
  });

  it("is one that is larger than D1 can keep with its history", async ({ expect }) => {
    const long = (at: number): string => `${"x".repeat(120)}${at}`;
    const refused = await putConfig(anId("t"), {
      filters: { excluded_items: Array.from({ length: 5_000 }, (_, at) => long(at)) },
    });
    expect(await refused.json()).toMatchObject({ status: 400, errors: [{ path: "body" }] });
  });
});

describe("If-Match", () => {
  it("lets the change of a version through that is still there", async ({ expect }) => {
    const tenant = await aTenant({});
    const patched = await patchConfig(tenant, { rollout_pct: 1 }, '"1"');
    expect(patched.headers.get("ETag")).toBe('"2"');
    await patched.text();
  });

  it("stops the change of a version that is not, and says which there is", async ({ expect }) => {
    const tenant = await aTenant({});
    await (await patchConfig(tenant, { rollout_pct: 1 })).text();
    const refused = await patchConfig(tenant, { rollout_pct: 2 }, '"1"');
    expect(refused.status).toBe(412);
    const problem = await refused.json<{ code: string; detail: string }>();
    expect(problem.code).toBe("VERSION_CONFLICT");
    expect(problem.detail).toContain("version 2");
    const record = await askAdminJson<RecordAnswer>(aConfig(tenant));
    expect(record.config).toMatchObject({ rollout_pct: 1 });
  });

  it("lets exactly one of two admins through who change the same version", async ({ expect }) => {
    const tenant = await aTenant({});
    const answers = await Promise.all(
      [10, 20].map((rollout_pct) => patchConfig(tenant, { rollout_pct }, '"1"')),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 412]));
  });
});

describe("the history of a record", () => {
  it("says who changed what, newest first", async ({ expect }) => {
    const tenant = await aTenant({ name: "A" });
    await (await patchConfig(tenant, { filters: { max_maturity: "PG" } })).text();
    const { versions } = await askAdminJson<{ versions: VersionAnswer[] }>(
      `${aConfig(tenant)}/history`,
    );
    expect(versions.map(({ version, action }) => [version, action])).toEqual([
      [2, "patch"],
      [1, "create"],
    ]);
    expect(versions[0]).toMatchObject({
      changed_by: "operator",
      changes: [{ path: "filters.max_maturity", before: null, after: "PG" }],
    });
    const limited = await askAdminJson<{ versions: VersionAnswer[] }>(
      `${aConfig(tenant)}/history?limit=1`,
    );
    expect(limited.versions).toHaveLength(1);
  });

  it("keeps every version as it was, and none that was not", async ({ expect }) => {
    const tenant = await aTenant({ name: "A" });
    await (await patchConfig(tenant, { name: "B" })).text();
    const path = `${aConfig(tenant)}/history`;
    expect(await askAdminJson(`${path}/1`)).toMatchObject({ version: 1, config: { name: "A" } });
    const unknown = await askAdmin(`${path}/9`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ code: "UNKNOWN_VERSION" });
  });

  it("goes back by going on: a rollback is the next version", async ({ expect }) => {
    const tenant = await aTenant({ name: "A" });
    await (await patchConfig(tenant, { name: "B", kill_switch: true })).text();
    const back = await send("POST", `${aConfig(tenant)}/rollback`, { version: 1 });
    expect(await back.json()).toMatchObject({
      version: 3,
      config: { name: "A", kill_switch: false },
    });
    const [newest] = (
      await askAdminJson<{ versions: VersionAnswer[] }>(`${aConfig(tenant)}/history`)
    ).versions;
    expect(newest).toMatchObject({
      action: "rollback",
      changes: [
        { path: "name", before: "B", after: "A" },
        { path: "kill_switch", before: true, after: false },
      ],
    });
  });
});

describe("strangers", () => {
  it("see no record, change none and learn of no tenant", async ({ expect }) => {
    const tenant = await aTenant({});
    const answers = await Promise.all([
      ask(aConfig(tenant)),
      ask(aConfig(tenant), { method: "PUT", body: "{}" }),
      ask(`${aConfig(tenant)}/history`),
      ask(`${aConfig(anId("t"))}/rollback`, { method: "POST", body: "{}" }),
      ask("/admin/deployment"),
      ask("/admin/deployment", { method: "PATCH", body: "{}" }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
    await Promise.all(answers.map((answer) => answer.text()));
  });

  it("with the key get a 404 for a tenant that does not exist", async ({ expect }) => {
    const answers = await Promise.all([
      askAdmin(aConfig(anId("t"))),
      patchConfig(anId("t"), {}),
      putConfig("No-Tenant", {}),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 400]);
    await Promise.all(answers.map((answer) => answer.text()));
  });
});
