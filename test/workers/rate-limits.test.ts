import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";
import { DurableRateLimits } from "../../src/access/durable-rate-limits.ts";
import { MINUTE_MS } from "../../src/access/rate-limits.ts";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import type { Bindings } from "../../src/env.ts";
import { type Ask, aTenant, aWorker, statusOf } from "./support/access.ts";
import { anId } from "./support/app.ts";

const open = { DEFAULT_AUTH: "open" };

const limitOf = (requests: number) => ({
  rate_limits: { user_requests_per_minute: requests },
});

/** Every test has the start of a minute for itself, and time stands still in it. The clock never goes back. */
let minuteMs = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;

beforeEach(() => {
  minuteMs += MINUTE_MS;
  vi.useFakeTimers({ toFake: ["Date"], now: minuteMs });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const statuses = async (ask: Ask, path: string, requests: number): Promise<readonly number[]> => {
  const found: number[] = [];
  for (let request = 0; request < requests; request += 1) found.push(await statusOf(ask(path)));
  return found;
};

describe("rate limits", () => {
  it("let exactly the limit through, over several isolates at once", async ({ expect }) => {
    const isolates = [0, 1, 2].map(() => aWorker(open));
    const [first] = isolates;
    if (first === undefined) throw new Error("no isolate");
    const path = `/t/${await aTenant(first, limitOf(60))}/feed-stats/alice`;
    const answers = await Promise.all(isolates.map((ask) => statuses(ask, path, 80)));
    const found = answers.flat();
    expect(found.filter((status) => status === 200).length).toBe(60);
    expect(found.filter((status) => status === 429).length).toBe(180);
  });

  it("refuse the 501st request of a user in a minute, and nobody else's", async ({ expect }) => {
    const ask = aWorker(open);
    const tenant = await aTenant(ask);
    const path = `/t/${tenant}/feed-stats/alice`;
    const found = await statuses(ask, path, 501);
    expect(found.indexOf(429)).toBe(500);
    expect(await statusOf(ask(`/t/${tenant}/recommend/alice`))).toBe(429);
    expect(await statusOf(ask(`/t/${tenant}/feed-stats/bob`))).toBe(200);
    expect(await statusOf(ask(`/t/${await aTenant(ask)}/feed-stats/alice`))).toBe(200);
    expect(await statusOf(ask(`/t/${tenant}/health`))).toBe(200);
  });

  it("hold a user whom the body names", async ({ expect }) => {
    const ask = aWorker(open);
    const tenant = await aTenant(ask, limitOf(2));
    const list = (user: string): Promise<Response> =>
      ask(`/t/${tenant}/personalized`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ user_id: user, geo_id: 1 }),
      });
    const found: number[] = [];
    for (let request = 0; request < 3; request += 1) found.push(await statusOf(list("alice")));
    expect(found).toEqual([200, 200, 429]);
    expect(await statusOf(ask(`/t/${tenant}/recommend/alice`))).toBe(429);
    const other = await list("bob");
    await other.text();
    expect(other.headers.get("RateLimit-Remaining")).toBe("1");
  });

  it("say what is left, and on refusal which limit it was and when to come back", async ({
    expect,
  }) => {
    const ask = aWorker(open);
    const path = `/t/${await aTenant(ask, limitOf(2))}/recommend/alice`;
    const first = await ask(path);
    await first.text();
    expect(first.headers.get("RateLimit-Limit")).toBe("2");
    expect(first.headers.get("RateLimit-Remaining")).toBe("1");
    expect(first.headers.get("RateLimit-Policy")).toBe("2;w=60");
    await (await ask(path)).text();
    const refused = await ask(path);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({
      code: "RATE_LIMITED",
      detail: "The limit of this user is 2 requests a minute.",
    });
    expect(refused.headers.get("Retry-After")).toBe("60");
    expect(refused.headers.get("RateLimit-Remaining")).toBe("0");
    expect(refused.headers.get("RateLimit-Reset")).toBe("60");
    vi.setSystemTime(minuteMs + 59_000);
    const later = await ask(path);
    await later.text();
    expect(later.headers.get("Retry-After")).toBe("1");
    vi.setSystemTime(minuteMs + MINUTE_MS);
    expect(await statusOf(ask(path))).toBe(200);
    minuteMs += MINUTE_MS;
  });

  it("hold all users of a tenant to the tenant's limit", async ({ expect }) => {
    const ask = aWorker(open);
    const tenant = await aTenant(ask, { rate_limits: { tenant_requests_per_minute: 3 } });
    const found: number[] = [];
    for (const user of ["a", "b", "c", "d"]) {
      found.push(await statusOf(ask(`/t/${tenant}/feed-stats/${user}`)));
    }
    expect(found).toEqual([200, 200, 200, 429]);
    const refused = await ask(`/t/${tenant}/feed-stats/e`);
    expect(await refused.text()).toContain("of all users of this tenant is 3");
  });

  it("do not spend anybody's tokens on a caller who may not ask", async ({ expect }) => {
    const locked = aWorker();
    const tenant = await aTenant(locked, limitOf(2));
    await statuses(locked, `/t/${tenant}/feed-stats/alice`, 5);
    const ask = aWorker(open);
    expect(await statusOf(ask(`/t/${tenant}/feed-stats/alice`))).toBe(200);
  });

  it("fail open when the counter cannot be reached", async ({ expect }) => {
    vi.spyOn(console, "warn").mockReturnValue(undefined);
    vi.spyOn(DurableRateLimits.prototype, "take").mockRejectedValue(new Error("gone"));
    const ask = aWorker(open);
    const path = `/t/${await aTenant(ask, limitOf(2))}/feed-stats/alice`;
    expect(await statuses(ask, path, 2)).toEqual([200, 200]);
  });

  it("say that they are unavailable when the object does not answer in time", async ({
    expect,
  }) => {
    const { LIMITS_DO: namespace } = env as unknown as Bindings;
    const counter = new DurableRateLimits({ namespace, deadlineMs: 0 });
    const key = { tenant: anId("t") as TenantId, user: "alice" as UserId };
    await expect(counter.take(key, 10)).rejects.toMatchObject({ code: "LIMITS_UNAVAILABLE" });
  });
});
