import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import type { Bindings } from "../../src/env.ts";
import { servicesOf } from "../../src/services.ts";
import { aUser } from "../support/user-requests.ts";
import { type Ask, aTenant, aWorker, OPERATOR_KEY } from "./support/access.ts";
import { askJson, aTenantWithFeed, type Feed, itemName, postJson } from "./support/app.ts";

interface Personality {
  readonly data: {
    readonly assessed: boolean;
    readonly personality: Readonly<Record<string, number>>;
    readonly assumed: readonly string[];
  };
  readonly meta: { readonly degraded_reason: string | null };
}

interface Learned {
  readonly data: {
    readonly learned: {
      readonly value_key: string;
      readonly reward: number;
      readonly value_before: number;
      readonly value_after: number;
    } | null;
  };
}

interface Stats {
  readonly data: { readonly updates: number; readonly best: readonly { value: number }[] };
}

const asOperator =
  (ask: Ask) =>
  async <Body>(path: string, json?: unknown, method = "PUT"): Promise<Body> => {
    const init = json === undefined ? {} : { method, json };
    const answer = await ask(path, { ...init, credential: OPERATOR_KEY });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Body;
  };

const FEEDBACK = { video_id: "v-1", feedback_type: "like", category_name: "Music" };

describe("a personality", () => {
  it("counts as balanced until somebody assesses it, and says so", async ({ expect }) => {
    const ask = aWorker();
    const told = asOperator(ask);
    const path = `/t/${await aTenant(ask)}/users/alice/personality`;
    const before = await told<Personality>(path);
    expect(before.data).toMatchObject({ assessed: false, personality: { openness: 50 } });
    expect(before.data.assumed).toHaveLength(5);
    const given = { openness: 80, conscientiousness: 0, extraversion: 100 };
    const set = await told<Personality>(path, given);
    const expected = {
      user_id: "alice",
      assessed: true,
      personality: { ...given, agreeableness: 50, neuroticism: 50 },
      assumed: ["agreeableness", "neuroticism"],
    };
    expect(set.data).toEqual(expected);
    expect((await told<Personality>(path)).data).toEqual(expected);
  });

  it("is refused with the trait at fault", async ({ expect }) => {
    const ask = aWorker();
    const path = `/t/${await aTenant(ask)}/users/alice/personality`;
    const faults = [{}, { openness: 101 }, { openness: 1.5 }, { openness: "5" }, { charm: 50 }];
    for (const json of faults) {
      const answer = await ask(path, { method: "PUT", json, credential: OPERATOR_KEY });
      expect(answer.status, JSON.stringify(json)).toBe(400);
      const { errors } = await answer.json<{ errors: readonly { path: string }[] }>();
      const expected = "openness" in json ? "body.openness" : "body";
      expect(errors[0]?.path).toBe(expected);
    }
  });

  it("set through one isolate is seen by the next request to another", async ({ expect }) => {
    const [ask, askElsewhere] = [aWorker(), aWorker()];
    const path = `/t/${await aTenant(ask)}/users/alice/personality`;
    const [here, there] = [asOperator(ask), asOperator(askElsewhere)];
    for (const openness of [10, 20]) {
      // Both believe what they know of alice.
      await there<Personality>(path);
      await here<Personality>(path, { openness });
      expect((await there<Personality>(path)).data.personality["openness"]).toBe(openness);
    }
  });

  it("is not made up while the store of profiles does not answer", async ({ expect }) => {
    const faults = JSON.stringify({ profiles: { mode: "error" } });
    const ask = aWorker({ ALLOW_FAULTS: "true", FAULTS: faults });
    const path = `/t/${await aTenant(ask)}/users/alice/personality`;
    for (const init of [{}, { method: "PUT", json: { openness: 5 } }]) {
      const answer = await ask(path, { ...init, credential: OPERATOR_KEY });
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ code: "PROFILES_UNAVAILABLE" });
    }
  });
});

describe("feedback on a video", () => {
  it("says what it taught", async ({ expect }) => {
    const ask = aWorker();
    const told = asOperator(ask);
    const video = `/t/${await aTenant(ask)}/api/v1/video`;
    const path = `${video}/feedback/alice`;
    const first = await told<Learned>(path, FEEDBACK, "POST");
    expect(first.data.learned).toMatchObject({ reward: 1, value_before: 0, value_after: 0.1 });
    const again = await told<Learned>(path, FEEDBACK, "POST");
    expect(again.data.learned?.value_after).toBeCloseTo(0.19);
    const { data } = await told<Stats>(`${video}/rl-stats/alice`);
    expect(data).toMatchObject({ updates: 2, values: 1, liked: 1, watched: 0 });
    expect(data.best[0]?.value).toBeCloseTo(0.19);
  });

  it("takes system D's bodies, without a time watched and with nulls", async ({ expect }) => {
    const ask = aWorker();
    const path = `/t/${await aTenant(ask)}/api/v1/video/feedback/alice`;
    const body = { video_id: "v-1", feedback_type: "watch", watch_time: null, total_duration: 0 };
    const told = await asOperator(ask)<Learned>(path, body, "POST");
    expect(told.data.learned).toBeNull();
  });

  it("refuses what it cannot learn from", async ({ expect }) => {
    const ask = aWorker();
    const path = `/t/${await aTenant(ask)}/api/v1/video/feedback/alice`;
    const faults = {
      "body.video_id": { ...FEEDBACK, video_id: "a b" },
      "body.feedback_type": { ...FEEDBACK, feedback_type: "love" },
      "body.watch_time": { ...FEEDBACK, watch_time: -1 },
    };
    for (const [place, json] of Object.entries(faults)) {
      const answer = await ask(path, { method: "POST", json, credential: OPERATOR_KEY });
      expect(answer.status, place).toBe(400);
      expect(await answer.json()).toMatchObject({ errors: [{ path: place }] });
    }
  });

  it("keeps what was watched off every surface", async ({ expect }) => {
    const tenant = await aTenantWithFeed(12);
    const watched = itemName(0);
    const body = { video_id: watched, feedback_type: "watch", watch_time: 60 };
    const answer = await postJson(`/t/${tenant}/api/v1/video/feedback/bob`, body);
    expect(answer.status, await answer.text()).toBe(200);
    const { videos } = await askJson<Feed>(`/t/${tenant}/recommend/bob?count=12`);
    expect(videos).toHaveLength(11);
    expect(videos).not.toContain(watched);
  });
});

describe("feedback of the other surfaces", () => {
  it("ends the answers that are kept for the user", async ({ expect }) => {
    const tenant = await aTenantWithFeed(12);
    const { profiles, tenants } = servicesOf(env as unknown as Bindings);
    expect(tenants).toBeDefined();
    const key = { ...aUser(), tenant: tenant as ReturnType<typeof aUser>["tenant"] };
    const open = () => profiles.open(key, { nowMs: Date.now(), answerLifeMs: 900_000 });
    const before = await open();
    const answer = await postJson(`/t/${tenant}/feedback/${key.user}`, {
      video_ids: [itemName(1)],
    });
    expect(answer.status, await answer.text()).toBe(200);
    expect((await open()).version).toBeGreaterThan(before.version);
  });

  it("is recorded while the store of profiles does not answer", async ({ expect }) => {
    const faults = JSON.stringify({ profiles: { mode: "error" } });
    const ask = aWorker({ ALLOW_FAULTS: "true", FAULTS: faults });
    const path = `/t/${await aTenant(ask)}/feedback/alice`;
    const json = { video_ids: ["v-1"] };
    const answer = await ask(path, { method: "POST", json, credential: OPERATOR_KEY });
    expect(answer.status, await answer.text()).toBe(200);
  });
});
