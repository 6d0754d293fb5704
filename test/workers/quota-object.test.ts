import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { digestOf } from "../../src/domain/digest.ts";
import { FailureError } from "../../src/domain/failure.ts";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import type { Bindings } from "../../src/env.ts";
import { DurableQuotaAuthority } from "../../src/quota/durable-quota-authority.ts";
import type { Permit, PermitRequest } from "../../src/quota/permits.ts";
import { quotasOf } from "../../src/quota/quotas.ts";
import { aTenant, aWorker, makeKey, OPERATOR_KEY } from "./support/access.ts";
import { anId } from "./support/app.ts";

const { QUOTA_DO: namespace } = env as unknown as Bindings;

const settings = {
  search_per_day: 3,
  units_per_day: 100,
  calls_per_second: 40,
  calls_per_minute: 100,
  user_search_per_day: 2,
  user_units_per_day: 40,
};
const limits = {
  searchPerDay: 3,
  unitsPerDay: 100,
  callsPerSecond: 40,
  callsPerMinute: 100,
  userSearchPerDay: 2,
  userUnitsPerDay: 40,
};

/** What runs behind answers of a test. */
let work: Promise<unknown>[] = [];
const background = {
  run: (_: string, start: () => Promise<unknown>) => {
    work.push(start());
  },
};
const allDone = async (): Promise<void> => {
  while (work.length > 0) await Promise.all(work.splice(0));
};

const askOf = (tenant: string, user: string, allowance: "search" | "units" = "search") =>
  ({
    allowance,
    cost: 1,
    tenant: tenant as TenantId,
    user: user as UserId,
    nowMs: Date.now(),
    background,
  }) satisfies PermitRequest;

beforeEach(() => {
  work = [];
  // Google's time, which is asked for at no cost.
  vi.spyOn(globalThis, "fetch").mockImplementation(async () =>
    Promise.resolve(new Response(null, { headers: { Date: new Date().toUTCString() } })),
  );
});
afterEach(async () => {
  await allDone();
  vi.restoreAllMocks();
});

const aQuota = (key: string) => {
  const authority = new DurableQuotaAuthority(namespace, key);
  const quota = quotasOf(settings, () => authority)({ source: "tenant", key });
  if (quota.source === "none") throw new Error("no quota");
  return quota;
};

async function permitOf(key: string, request: PermitRequest): Promise<Permit> {
  const answer = await aQuota(key).permits.ask(request);
  if (!answer.granted) throw new Error(answer.reason);
  return answer.permit;
}

describe("the quota object", () => {
  it("remembers what it granted when it is restarted", async ({ expect }) => {
    const key = anId("key");
    (await permitOf(key, askOf("a", "u1"))).answered(Date.now());
    (await permitOf(key, askOf("a", "u2"))).lost();
    await permitOf(key, askOf("b", "u3"));
    await allDone();
    await abortAllDurableObjects();
    const refused = await aQuota(key).permits.ask(askOf("c", "u4"));
    expect(refused).toMatchObject({ granted: false, reason: "quota_exhausted" });
    const { authority } = aQuota(key);
    const { search } = await authority.view({ limits, tenant: "a" as TenantId });
    expect(search).toMatchObject({ limit: 3, used: 1, leased: 2, left: 0 });
    expect(search.tenants).toEqual([
      { tenant: "a", tokens: 2, users: 2 },
      { tenant: "b", tokens: 1, users: 1 },
    ]);
  });

  it("gets back what an isolate does not use", async ({ expect }) => {
    const key = anId("key");
    (await permitOf(key, askOf("a", "u1", "units"))).unused();
    await allDone();
    const { units } = await aQuota(key).authority.view({ limits, tenant: "a" as TenantId });
    expect(units).toMatchObject({ used: 0, leased: 0, left: 100 });
  });

  it("keeps neither the key nor its name in its store", async ({ expect }) => {
    const key = anId("key");
    (await permitOf(key, askOf("a", "u1"))).answered(Date.now());
    await allDone();
    const name = digestOf(key).slice(0, 32);
    const stub = namespace.get(namespace.idFromName(name));
    const texts = await runInDurableObject(stub, (_, state) =>
      JSON.stringify(state.storage.sql.exec("SELECT * FROM records").toArray()),
    );
    expect(texts).toContain("tokens/search/a/u1");
    expect(texts).not.toContain(key);
    expect(namespace.idFromName(name).name).not.toContain(key);
  });

  it("closes an allowance that Google says is used up", async ({ expect }) => {
    const key = anId("key");
    const { permits } = aQuota(key);
    permits.exhausted("units", Date.now(), background);
    await allDone();
    expect(await permits.ask(askOf("a", "u1", "units"))).toMatchObject({
      granted: false,
      reason: "quota_exhausted",
    });
    (await permitOf(key, askOf("a", "u1"))).unused();
  });

  it("is unavailable when it does not answer, and nothing is spent without it", async ({
    expect,
  }) => {
    vi.spyOn(DurableQuotaAuthority.prototype, "lease").mockRejectedValue(
      new FailureError("QUOTA_UNAVAILABLE", "gone"),
    );
    const key = anId("key");
    const answer = await aQuota(key).permits.ask(askOf("a", "u1"));
    expect(answer).toMatchObject({ granted: false, reason: "quota_unavailable" });
  });
});

interface QuotaAnswer {
  readonly key: string;
  readonly videos_from: string;
  readonly resets_at: string;
  readonly search: Record<string, unknown>;
}

describe("GET /t/{tenant}/admin/quota", () => {
  it("says that there is no key, and where videos come from then", async ({ expect }) => {
    const ask = aWorker();
    const answer = await ask(`/t/${await aTenant(ask)}/admin/quota`, { credential: OPERATOR_KEY });
    expect(await answer.json()).toEqual({ key: "none", videos_from: "catalogue" });
  });

  it("tells an admin of the tenant's own users, and the operator of tenants", async ({
    expect,
  }) => {
    const shared = anId("key");
    const ask = aWorker({ YOUTUBE_API_KEY: shared });
    const [own, other] = [await aTenant(ask), await aTenant(ask)];
    for (const request of [askOf(own, "u1"), askOf(own, "u2"), askOf(other, "u3")]) {
      (await permitOf(shared, request)).answered(Date.now());
    }
    await allDone();
    const { key: admin } = await makeKey(ask, own, ["admin"]);
    const path = `/t/${own}/admin/quota`;
    const seen = await (await ask(path, { credential: admin })).json<QuotaAnswer>();
    expect(seen).toMatchObject({
      key: "deployment",
      videos_from: "youtube",
      search: { limit: 100, used: 3, leased: 0, left: 97, closed: false, others: 1 },
    });
    expect(seen.search["users"]).toEqual([
      { user_id: "u1", tokens: 1 },
      { user_id: "u2", tokens: 1 },
    ]);
    expect(JSON.stringify(seen)).not.toContain(other);
    expect(new Date(seen.resets_at).getTime()).toBeGreaterThan(Date.now());
    const all = await (await ask(path, { credential: OPERATOR_KEY })).json<QuotaAnswer>();
    expect(all.search["tenants"]).toEqual([
      { tenant: own, tokens: 2, users: 2 },
      { tenant: other, tokens: 1, users: 1 },
    ]);
    const { key: reader } = await makeKey(ask, own, ["reader"]);
    const refused = await ask(path, { credential: reader });
    expect(refused.status).toBe(403);
    await refused.text();
  });
});
