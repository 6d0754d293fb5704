import { describe, it } from "vitest";
import { ask, askJson, aTenantWithFeed } from "./support/app.ts";
import type { RankedFeed } from "./support/ranked-feed.ts";

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

const problemOf = async (path: string, init?: RequestInit) => {
  const answer = await ask(path, init);
  return { status: answer.status, problem: await answer.json<Problem>() };
};

describe("a feed that cannot be asked for like this", () => {
  it("needs a tenant: there is no default one", async ({ expect }) => {
    const missing = await problemOf("/v1/feed?user_hash=ana");
    expect([missing.status, missing.problem.code]).toEqual([400, "TENANT_REQUIRED"]);
    const headers = { "X-Tenant-ID": "nobody-here" };
    const unknown = await problemOf("/v1/feed?user_hash=ana", { headers });
    expect([unknown.status, unknown.problem.code]).toEqual([404, "UNKNOWN_TENANT"]);
  });

  it("names every fault of its input", async ({ expect }) => {
    const tenant = await aTenantWithFeed(5);
    const { status, problem } = await problemOf(`/t/${tenant}/v1/feed?limit=51`);
    expect(status).toBe(400);
    expect(problem.errors.map(({ path }) => path)).toEqual(["query.user_hash", "query.limit"]);
  });

  it("says it in system C's words, too", async ({ expect }) => {
    const tenant = await aTenantWithFeed(5);
    const answer = await ask(`/t/${tenant}/v1/feed?user_hash=ana&limit=0`);
    expect(await answer.json()).toMatchObject({
      code: "BAD_REQUEST",
      error: {
        code: "VALIDATION_ERROR",
        details: { faults: [{ path: "query.limit", message: "must be at least 1" }] },
      },
    });
  });

  it("refuses a cursor that was forged, or belongs to somebody else, and says so", async ({
    expect,
  }) => {
    const [one, other] = [await aTenantWithFeed(60), await aTenantWithFeed(60)];
    const feed = await askJson<RankedFeed>(`/t/${one}/v1/feed?user_hash=ana&limit=10`);
    const cursor = feed.next_cursor ?? "";
    const asked = [
      `/t/${one}/v1/feed?user_hash=bob&cursor=${cursor}`,
      `/t/${other}/v1/feed?user_hash=ana&cursor=${cursor}`,
      `/t/${one}/v1/feed?user_hash=ana&cursor=${cursor.slice(0, -1)}${cursor.endsWith("A") ? "B" : "A"}`,
      `/t/${one}/v1/feed?user_hash=ana&cursor=eyJvZmZzZXQiOjIwfQ`,
    ];
    const answers = await Promise.all(asked.map((path) => problemOf(path)));
    expect(answers.map(({ status, problem }) => `${status} ${problem.code}`)).toEqual(
      Array(4).fill("400 INVALID_CURSOR"),
    );
    expect(answers[0]?.problem.detail).toMatch(/another tenant or user/);
  });

  it("explains itself to admins only", async ({ expect }) => {
    const tenant = await aTenantWithFeed(5);
    const { status, problem } = await problemOf(`/t/${tenant}/v1/feed?user_hash=ana&explain=true`);
    expect([status, problem.code]).toEqual([403, "FORBIDDEN"]);
  });

  it("refuses a third refresh within a second, and says when to come again", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    const path = `/t/${tenant}/v1/feed?user_hash=ana&limit=5`;
    const answers = await Promise.all(Array.from({ length: 7 }, () => ask(path)));
    const refused = answers.filter(({ status }) => status === 429);
    // Seven at once fall into two seconds at most: four of them pass at most.
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(refused[0]?.headers.get("Retry-After")).toBe("1");
  });

  it("answers with nothing, and says why, while the tenant has no items", async ({ expect }) => {
    const tenant = await aTenantWithFeed(0);
    const feed = await askJson<RankedFeed>(`/t/${tenant}/v1/feed?user_hash=ana`);
    expect(feed).toMatchObject({
      items: [],
      has_more: false,
      degraded: true,
      degraded_reason: "no_pools",
      is_personalized: false,
    });
  });
});
