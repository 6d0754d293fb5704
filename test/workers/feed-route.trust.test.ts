import { describe, it } from "vitest";
import { aWorker, type Ask, type AskInit, makeKey, OPERATOR_KEY } from "./support/access.ts";
import { ask, askJson, aTenantWithFeed, patchConfig } from "./support/app.ts";
import { type RankedFeed, idsOf } from "./support/ranked-feed.ts";

const open = { DEFAULT_AUTH: "open" };

const feedOf = async (isolate: Ask, path: string, init?: AskInit): Promise<RankedFeed> => {
  const answer = await isolate(path, init);
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
};

const playing = (isolate: Ask, faults: object): Promise<string> =>
  isolate("/admin/faults", {
    method: "PUT",
    credential: OPERATOR_KEY,
    json: { faults, reset_breakers: true },
  }).then((answer) => answer.text());

describe("a reader's key that names a user", () => {
  it("need not say whose feed it asks for", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const isolate = aWorker();
    const { key } = await makeKey(isolate, tenant, ["reader"], { user_id: "ana" });
    const feed = await feedOf(isolate, `/t/${tenant}/v1/feed?limit=5`, { credential: key });
    expect(feed.items).toHaveLength(5);
    const cursor = feed.next_cursor ?? "";
    const named = `/t/${tenant}/v1/feed?limit=5&user_hash=ana&cursor=${cursor}`;
    expect((await feedOf(isolate, named, { credential: key })).items).toHaveLength(5);
  });

  it("reads no other user's feed, however the query is written", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const isolate = aWorker();
    const { key } = await makeKey(isolate, tenant, ["reader"], { user_id: "ana" });
    const bob = await feedOf(isolate, `/t/${tenant}/v1/feed?limit=5&user_hash=bob`, {
      credential: OPERATOR_KEY,
    });
    const asked = [
      "user_hash=bob",
      "user%5Fhash=bob",
      "user%5Fhash=bob&user_hash=ana",
      "user_hash=bob&user_hash=ana",
    ];
    const answers = await Promise.all(
      asked.map((query) =>
        isolate(`/t/${tenant}/v1/feed?limit=5&cursor=${bob.next_cursor}&${query}`, {
          credential: key,
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });
});

describe("a key that cannot be looked up", () => {
  it("is no reason to wait for a registry that is known to fail, or to call it wrong", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(60);
    const isolate = aWorker({ ALLOW_FAULTS: "true" });
    const path = `/t/${tenant}/v1/feed?user_hash=ana&limit=5`;
    const { key } = await makeKey(isolate, tenant, ["reader"]);
    const { key: unseen } = await makeKey(isolate, tenant, ["reader"]);
    expect((await feedOf(isolate, path, { credential: key })).items).toHaveLength(5);
    await playing(isolate, { registry: { mode: "error" } });
    const refused = await isolate(path, { credential: unseen });
    expect([refused.status, await refused.json()]).toMatchObject([
      503,
      { code: "REGISTRY_UNAVAILABLE" },
    ]);
    expect((await feedOf(isolate, path, { credential: key })).items).toHaveLength(5);
  });
});

describe("what a client holds", () => {
  it("is still good as the kind of page that it was", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    const path = `/t/${tenant}/v1/feed?user_hash=eva&limit=5`;
    const first = await ask(path);
    await first.text();
    const tags = `"another", ${first.headers.get("ETag")}`;
    const again = await ask(path, { headers: { "If-None-Match": tags } });
    expect([again.status, again.headers.get("X-Feed-Type")]).toEqual([304, "cold_start"]);
  });

  it("is not good when it lacked metadata that can be had by now", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    await patchConfig(tenant, { kill_switch: true });
    const isolate = aWorker({ ...open, ALLOW_FAULTS: "true" });
    const path = `/t/${tenant}/v1/feed?user_hash=eva&limit=5`;
    await playing(isolate, { catalogue: { mode: "error" } });
    const first = await isolate(path);
    expect(await first.json()).toMatchObject({ degraded_reason: "metadata_unavailable" });
    await playing(isolate, {});
    const headers = { "If-None-Match": first.headers.get("ETag") ?? "" };
    const again = await feedOf(isolate, path, { headers });
    expect(again.items[0]?.title).toMatch(/^Title /);
  });

  it("costs one deadline and not two while user state hangs", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    const isolate = aWorker({ ...open, ALLOW_FAULTS: "true", L2_DEADLINE_MS: "100" });
    const path = `/t/${tenant}/v1/feed?user_hash=eva&limit=5`;
    const first = await isolate(path);
    await first.text();
    await playing(isolate, { l2: { mode: "hang" } });
    const headers = { "If-None-Match": first.headers.get("ETag") ?? "" };
    const again = await feedOf(isolate, path, { headers });
    expect(again.degraded_reason).toBe("user_state_unavailable");
    // Not from health, which asks user state itself.
    const shown = await isolate("/admin/faults", { credential: OPERATOR_KEY });
    const { dependencies } = await shown.json<{
      dependencies: Record<string, { failures: number }>;
    }>();
    expect(dependencies["l2_embedded"]?.failures).toBe(1);
  });
});

describe("the rest of a personal slate under a kill switch", () => {
  it("is no list that shared caches may keep", async ({ expect }) => {
    const tenant = await aTenantWithFeed(200);
    const first = await askJson<RankedFeed>(`/t/${tenant}/v1/feed?user_hash=ana&limit=20`);
    await patchConfig(tenant, { kill_switch: true, filters: { geography: "any" } });
    const path = `/t/${tenant}/v1/feed?user_hash=ana&limit=20&cursor=${first.next_cursor}`;
    const next = await ask(path);
    expect(next.headers.get("Cache-Control")).toMatch(/^private/);
    expect(idsOf(await next.json<RankedFeed>())).toHaveLength(20);
  });
});

describe("a page that could not be counted", () => {
  it("says so on both surfaces", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const isolate = aWorker({ ...open, ALLOW_FAULTS: "true" });
    await playing(isolate, { limits: { mode: "error" } });
    const feed = await feedOf(isolate, `/t/${tenant}/v1/feed?user_hash=uma&limit=5`);
    expect(feed).toMatchObject({ degraded: true, degraded_reason: "limits_unavailable" });
    expect(feed.items).toHaveLength(5);
    const page = await isolate(`/t/${tenant}/recommend/uma?count=5`);
    expect(await page.json()).toMatchObject({ meta: { degraded_reason: "limits_unavailable" } });
  });
});
