import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";
import type { Bindings } from "../../src/env.ts";
import { servicesOf } from "../../src/services.ts";
import type { SourceBatch } from "../../src/sources/source-batch.ts";
import { anId, askAdmin, deliver, type JobRecord, putJson, runJob } from "./support/app.ts";
import { aTenant, aWorker, makeKey, OPERATOR_KEY, statusOf } from "./support/access.ts";

interface Report {
  readonly outcome: string;
  readonly dry_run: boolean;
  readonly counts: Record<string, number>;
  readonly samples: Record<string, string[]>;
  readonly error: string | null;
}

const aFile = async (rows: readonly object[]) => {
  const tenant = anId("t");
  await (await putJson(`/t/${tenant}/admin/tenant`, {})).text();
  const key = `sources/${tenant}/items.ndjson`;
  const put = (lines: readonly object[]) =>
    env.ARTEFACTS.put(key, lines.map((line) => JSON.stringify(line)).join("\n"));
  await put(rows);
  const path = `/t/${tenant}/admin/sources/files`;
  const made = await putJson(path, { kind: "r2", key: "items.ndjson" });
  if (!made.ok) throw new Error(await made.text());
  await made.text();
  const run = async (query = ""): Promise<Report> =>
    (await askAdmin(`${path}/run${query}`, { method: "POST" })).json();
  return { tenant, path, put, run };
};

const itemOf = async (tenant: string, id: string): Promise<number> =>
  statusOf(askAdmin(`/t/${tenant}/v1/items/${id}`));

describe("a source in R2", () => {
  it("says in a dry run what a run would do, and then does it", async ({ expect }) => {
    const { tenant, path, run } = await aFile([{ id: "a" }, { id: "b" }, { id: "b b" }]);
    const dry = await run("?dry_run=true");
    expect(dry).toMatchObject({ dry_run: true, counts: { added: 2, faults: 1 } });
    expect(await itemOf(tenant, "a")).toBe(404);
    expect(await run()).toMatchObject({ outcome: "succeeded", samples: { added: ["a", "b"] } });
    expect(await itemOf(tenant, "a")).toBe(200);
    expect(await run()).toMatchObject({ outcome: "unchanged" });
    const source = await (await askAdmin(path)).json();
    expect(source).toMatchObject({ started: true, last_run: { outcome: "unchanged" } });
  });

  it("takes out what the file no longer has, by the job, and keeps what others gave", async ({
    expect,
  }) => {
    const { tenant, put, run } = await aFile([{ id: "a" }, { id: "b" }]);
    await (await putJson(`/t/${tenant}/v1/items/own`, {})).text();
    await run();
    await put([{ id: "a", title: "A" }]);
    const job = await runJob(tenant, "sync-sources");
    expect(job).toMatchObject({ outcome: "succeeded", counts: { changed: 1, removed: 1 } });
    expect(await itemOf(tenant, "b")).toBe(404);
    expect(await itemOf(tenant, "own")).toBe(200);
  });

  it("starts from the beginning with another config, and is forgotten with its items left", async ({
    expect,
  }) => {
    const { tenant, path, run } = await aFile([{ id: "a" }]);
    await run();
    const again = await putJson(path, { kind: "r2", key: "items.ndjson", format: "ndjson" });
    expect(await again.json()).toMatchObject({ started: false });
    expect(await statusOf(askAdmin(path, { method: "DELETE" }))).toBe(204);
    expect(await statusOf(askAdmin(path))).toBe(404);
    expect(await itemOf(tenant, "a")).toBe(200);
  });

  it("cannot name what is another tenant's", async ({ expect }) => {
    const { path } = await aFile([]);
    for (const key of ["../other/items.ndjson", "/x", "a//b"]) {
      expect(await statusOf(putJson(path, { kind: "r2", key }))).toBe(400);
    }
  });

  it("that fails is said by the job, and keeps no other", async ({ expect }) => {
    const { tenant } = await aFile([{ id: "a" }]);
    const missing = `/t/${tenant}/admin/sources/a-missing`;
    await (await putJson(missing, { kind: "r2", key: "none.csv" })).text();
    const job = await runJob(tenant, "sync-sources");
    expect(job).toMatchObject({ outcome: "failed", counts: { sources: 2, added: 1 } });
    expect(job.error).toBe("a-missing: There is no object of this key.");
  });
});

describe("a source that has more than a run may take", () => {
  const asked = async (tenant: string): Promise<readonly string[]> => {
    const answer = await askAdmin(`/t/${tenant}/admin/jobs`);
    const { jobs } = await answer.json<{ jobs: readonly JobRecord[] }>();
    const waiting = jobs.filter(
      ({ job, outcome }) => job === "sync-sources" && outcome === "queued",
    );
    return waiting.map(({ id }) => id);
  };
  const readsOn = () => {
    const { run } = servicesOf(env as unknown as Bindings).sources;
    const batch: SourceBatch = { items: [{ id: "a" }], bytes: 10, cursor: { at: 1 } };
    const { read } = run;
    return vi.spyOn(run, "read").mockImplementation(async function* (ask) {
      if ("key" in ask.config && ask.config.key === "none.csv") yield* read(ask);
      yield* await Promise.resolve([batch, { ...batch, bytes: 1e9 }]);
    });
  };
  const goOn = (tenant: string, id: string | undefined): Promise<void> =>
    deliver({ id, tenant, job: "sync-sources", tries: 1 });

  it("is gone on with by one run after the other, whatever cron begins beside them", async ({
    expect,
  }) => {
    const { tenant } = await aFile([{ id: "a" }]);
    const reads = readsOn();
    await runJob(tenant, "sync-sources");
    const [first, ...none] = await asked(tenant);
    expect(none).toEqual([]);
    // As cron does it.
    await runJob(tenant, "sync-sources");
    expect(await asked(tenant)).toEqual([first]);
    await goOn(tenant, first);
    const [second, ...others] = await asked(tenant);
    expect([second === first, others]).toEqual([false, []]);
    // One that has to wait for a run of cron is not taken for lost, however long that takes.
    await env.DB.batch([
      env.DB.prepare("UPDATE due_runs SET asked_at = 1 WHERE tenant = ?").bind(tenant),
      env.DB.prepare("UPDATE job_leases SET holder = 'cron', until = ? WHERE tenant = ?").bind(
        Date.now() + 60_000,
        tenant,
      ),
    ]);
    await goOn(tenant, second);
    const [third] = await asked(tenant);
    await env.DB.prepare("UPDATE job_leases SET until = 0 WHERE tenant = ?").bind(tenant).run();
    await runJob(tenant, "sync-sources");
    expect(await asked(tenant)).toEqual([third]);
    reads.mockRestore();
    await goOn(tenant, third);
    expect(await asked(tenant)).toEqual([]);
  });

  it("is gone on with by one run, too, while another source fails", async ({ expect }) => {
    const { tenant } = await aFile([{ id: "a" }]);
    const missing = `/t/${tenant}/admin/sources/a-missing`;
    await (await putJson(missing, { kind: "r2", key: "none.csv" })).text();
    const reads = readsOn();
    expect(await runJob(tenant, "sync-sources")).toMatchObject({ outcome: "failed" });
    const [first] = await asked(tenant);
    await goOn(tenant, first);
    const [second, ...others] = await asked(tenant);
    expect([second === first, others]).toEqual([false, []]);
    reads.mockRestore();
    // Nothing more to take, but it still fails, and comes again.
    await goOn(tenant, second);
    expect(await asked(tenant)).toHaveLength(1);
  });
});

describe("a source that needs what is the deployment's", () => {
  it("is added by the operator alone", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const { key: admin } = await makeKey(ask, tenant, ["admin"]);
    const put = (json: object, credential: string): Promise<number> =>
      statusOf(ask(`/t/${tenant}/admin/sources/s`, { method: "PUT", credential, json }));
    const url = "https://files.example/items.csv";
    expect(await put({ kind: "http", url }, admin)).toBe(200);
    const needing = [
      { kind: "http", url, authorization: "SOURCE_SECRET_A" },
      { kind: "postgres" },
      { kind: "bigquery", project: "p", dataset: "d", credentials: "SOURCE_SECRET_A" },
    ];
    for (const config of needing) {
      expect(await put(config, admin)).toBe(403);
      expect(await put(config, OPERATOR_KEY)).toBe(200);
    }
    expect(await put({ kind: "http", url, authorization: "ADMIN_KEY" }, OPERATOR_KEY)).toBe(400);
  });
});
