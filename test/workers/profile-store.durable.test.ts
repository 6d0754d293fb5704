import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";
import type { Bindings } from "../../src/env.ts";
import { DurableProfileStore } from "../../src/profiles/durable-profile-store.ts";
import type { UserKey } from "../../src/users/user-store.ts";
import { profileStoreContract } from "../contract/profile-store.contract.ts";
import { feedback, shownVideos } from "../support/profile-builders.ts";
import { aUser } from "../support/user-requests.ts";

const { PROFILES_DO: namespace } = env as unknown as Bindings;

profileStoreContract("Durable Object and SQLite", () => new DurableProfileStore(namespace));

const MINUTE = 60_000;
const visit = { holder: "here", answerLifeMs: 15 * MINUTE };

const objectOf = ({ tenant, user }: UserKey) =>
  namespace.get(namespace.idFromName(`${tenant}/${user}`)) as DurableObjectStub;

/** What is stored of a user: names of rows, and when the object will be woken. */
const storedOf = (user: UserKey) =>
  runInDurableObject(objectOf(user), async (_, { storage }) => ({
    rows: [...(await storage.list()).keys()],
    alarmMs: await storage.getAlarm(),
  }));

describe("a profile object", () => {
  it("remembers its user when it is evicted from memory", async ({ expect }) => {
    const [store, user] = [new DurableProfileStore(namespace), aUser()];
    await store.noteShown(user, shownVideos(2));
    const { version, taught } = await store.apply(
      user,
      "here",
      feedback("watch", { categoryName: "Music", watchSeconds: 90, totalSeconds: 100 }),
    );
    await evictDurableObject(objectOf(user));
    const { profile, ...opened } = await store.open(user, visit);
    expect(opened.version).toBe(version);
    expect(profile?.learned.values).toEqual({ [taught?.valueKey ?? ""]: taught?.after });
    expect(profile?.history).toHaveLength(1);
    expect(profile?.shown).toHaveLength(2);
  });

  it("leaves nothing behind when there is nothing to keep", async ({ expect }) => {
    const [store, user] = [new DurableProfileStore(namespace), aUser()];
    await store.apply(user, "here", { kind: "touch" });
    expect(await storedOf(user)).toEqual({ rows: [], alarmMs: null });
    await store.open(user, visit);
    await store.apply(user, "here", feedback("like"));
    expect((await storedOf(user)).rows).toEqual(["desk", "profile"]);
    await store.forget(user);
    expect(await storedOf(user)).toEqual({ rows: [], alarmMs: null });
  });

  it("sends a user who keeps coming to the queue, and wakes for nobody else", async ({
    expect,
  }) => {
    const [store, user] = [new DurableProfileStore(namespace), aUser()];
    await store.open(user, visit);
    const first = await storedOf(user);
    expect(first.alarmMs).toBeGreaterThan(Date.now() + 24 * 60 * MINUTE);
    const startMs = Date.now();
    const later = vi.spyOn(Date, "now").mockReturnValue(startMs + 5 * MINUTE);
    try {
      await store.open(user, visit);
      const dueMs = (await storedOf(user)).alarmMs ?? 0;
      expect(dueMs).toBeGreaterThan(startMs + 13 * MINUTE);
      expect(dueMs).toBeLessThanOrEqual(startMs + 14 * MINUTE);
      later.mockReturnValue(dueMs);
      const sent = await runInDurableObject(objectOf(user), async (instance) => {
        const { env: bindings } = instance as unknown as { env: Bindings };
        const send = vi.spyOn(bindings.WARM_UPS, "send");
        send.mockRejectedValueOnce(new Error("the queue is away"));
        await expect(instance.alarm?.()).rejects.toThrow("the queue is away");
        await instance.alarm?.();
        await instance.alarm?.();
        const calls = send.mock.calls.map(([body]) => body);
        send.mockRestore();
        return calls;
      });
      expect(sent).toEqual([user, user]);
    } finally {
      later.mockRestore();
    }
  });

  it("deletes itself when its user was idle for as long as the tenant says", async ({ expect }) => {
    const store = new DurableProfileStore(namespace, () => 7);
    const user = aUser();
    await store.apply(user, "here", feedback("like"));
    const { alarmMs } = await storedOf(user);
    expect(alarmMs).toBeGreaterThan(Date.now() + 6 * 24 * 60 * MINUTE);
    const later = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 7 * 24 * 60 * MINUTE + 1);
    try {
      await runDurableObjectAlarm(objectOf(user));
    } finally {
      later.mockRestore();
    }
    expect(await storedOf(user)).toEqual({ rows: [], alarmMs: null });
  });

  it("has an alarm that can be repeated", async ({ expect }) => {
    const [store, user] = [new DurableProfileStore(namespace), aUser()];
    await store.open(user, visit);
    expect(await runDurableObjectAlarm(objectOf(user))).toBe(true);
    expect((await storedOf(user)).rows).toEqual(["desk"]);
    expect((await storedOf(user)).alarmMs).not.toBeNull();
  });
});
