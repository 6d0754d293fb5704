/** Feedback of every surface is counted as events are: once, and without teaching its user twice. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import type { Bindings } from "../../src/env.ts";
import type { OpenedProfile } from "../../src/profiles/profile-store.ts";
import { DurableProfileStore } from "../../src/profiles/durable-profile-store.ts";
import { aTenantWithFeed, itemName } from "./support/app.ts";
import { anEventWorker, countsOf, type EventWorker, flushShards } from "./support/events.ts";

const store = new DurableProfileStore((env as unknown as Bindings).PROFILES_DO);

const profileOf = (tenant: string, user = "ann"): Promise<OpenedProfile> =>
  store.open({ tenant: tenant as TenantId, user: user as UserId }, { holder: "a test" });

async function post(worker: EventWorker, path: string, body: unknown, key?: string): Promise<void> {
  const answer = await worker.post(path, body, key === undefined ? {} : { "Idempotency-Key": key });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
}

const videoFeedback = (rank: number, type: string, more: object = {}) => ({
  video_id: itemName(rank),
  feedback_type: type,
  category_name: "Music",
  ...more,
});
const marks = (type: string, ...ranks: readonly number[]) => ({
  video_ids: ranks.map(itemName),
  interaction_type: type,
});

/** The consumer takes what is queued, and the counts are written. */
async function settle(worker: EventWorker, tenant: string): Promise<void> {
  const { retried } = await worker.deliver();
  if (retried > 0) throw new Error(`${retried} messages were not taken`);
  await flushShards(tenant);
}

describe("feedback is in the event log", () => {
  it("system D's, with what was watched", async ({ expect }) => {
    const tenant = await aTenantWithFeed(5);
    const worker = anEventWorker();
    const path = `/t/${tenant}/api/v1/video/feedback/ann`;
    await post(worker, path, videoFeedback(0, "like"));
    await post(
      worker,
      path,
      videoFeedback(1, "watch", { watch_time: 30, total_duration: 120, time_to_click: 2 }),
    );
    const taught = await profileOf(tenant);
    expect(taught.profile).toMatchObject({
      liked: [itemName(0)],
      learned: { updates: 2 },
      taste: { counts: { like: 1, watch: 1 } },
    });
    await settle(worker, tenant);
    expect(await profileOf(tenant)).toEqual(taught);
    expect(await countsOf(tenant)).toEqual({ "item-0 like": 1, "item-1 watch": 1 });
    const watched = await env.DB.prepare(
      "SELECT sum FROM item_days WHERE tenant = ? AND type = 'watch'",
    )
      .bind(tenant)
      .first("sum");
    expect(watched).toBe(0.25);
  });

  it("system A's: watched and opinions; what is only cooled down was not watched", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(8);
    const worker = anEventWorker();
    const path = `/t/${tenant}/feedback/ann`;
    await post(worker, path, marks("watched", 0, 1, 1));
    await post(worker, path, marks("like", 2, 3));
    await post(worker, path, marks("unlike", 3));
    await post(worker, path, marks("dislike", 4));
    await post(worker, path, { ...marks("watched", 5), mark_permanent: false });
    await post(worker, path, marks("seen_in_list", 6));
    const taught = await profileOf(tenant);
    expect(taught.profile).toMatchObject({
      liked: [itemName(2)],
      disliked: [itemName(4)],
      taste: { counts: { watch: 2, like: 2, unlike: 1, dislike: 1 } },
    });
    await settle(worker, tenant);
    expect(await profileOf(tenant)).toEqual(taught);
    expect(await countsOf(tenant)).toEqual({
      "item-0 watch": 1,
      "item-1 watch": 1,
      "item-2 like": 1,
      "item-3 like": 1,
      "item-3 unlike": 1,
      "item-4 dislike": 1,
    });
  });

  it("once, also when it is sent again to another isolate by the same key", async ({ expect }) => {
    const tenant = await aTenantWithFeed(5);
    const requests = [
      [`/t/${tenant}/api/v1/video/feedback/ann`, videoFeedback(0, "like")],
      [`/t/${tenant}/feedback/ann`, marks("like", 1, 2)],
    ] as const;
    for (const [path, body] of requests) {
      const [first, second] = [anEventWorker(), anEventWorker()];
      await post(first, path, body, "a-key");
      const taught = await profileOf(tenant);
      // The answer is lost: the client asks again, before and after the consumer has seen it.
      await post(second, path, body, "a-key");
      await settle(first, tenant);
      await settle(second, tenant);
      await post(second, path, body, "a-key");
      await settle(second, tenant);
      expect(await profileOf(tenant)).toEqual(taught);
    }
    expect(await countsOf(tenant)).toEqual({
      "item-0 like": 1,
      "item-1 like": 1,
      "item-2 like": 1,
    });
  });

  it("each time without a key, and of every user with the same one", async ({ expect }) => {
    const tenant = await aTenantWithFeed(5);
    const worker = anEventWorker();
    const feedback = `/t/${tenant}/api/v1/video/feedback`;
    for (const user of ["ann", "ben"]) {
      await post(worker, `${feedback}/${user}`, videoFeedback(0, "share"));
      await post(worker, `${feedback}/${user}`, videoFeedback(0, "share"));
      await post(worker, `${feedback}/${user}`, videoFeedback(0, "share"), "a-key");
    }
    await settle(worker, tenant);
    expect(await countsOf(tenant)).toEqual({ "item-0 share": 6 });
    expect((await profileOf(tenant)).profile?.learned.updates).toBe(3);
  });

  it("what was watched while profiles were away is taught when they are back", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(5);
    let faults: Record<string, string> = {
      ALLOW_FAULTS: "true",
      FAULTS: JSON.stringify({ profiles: { mode: "error" } }),
    };
    const away = anEventWorker(() => faults);
    await post(away, `/t/${tenant}/feedback/ann`, marks("watched", 0));
    expect((await profileOf(tenant)).version).toBe(0);
    faults = {};
    await settle(away, tenant);
    expect((await profileOf(tenant)).profile?.history).toMatchObject([{ video: itemName(0) }]);
    expect(await countsOf(tenant)).toEqual({ "item-0 watch": 1 });
  });
});
