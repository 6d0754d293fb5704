import { setTimeout as pause } from "node:timers/promises";
import { describe, it } from "vitest";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import { Counters } from "../../src/observability/counters.ts";
import { CircuitBreaker } from "../../src/platform/circuit-breaker.ts";
import { Guard } from "../../src/platform/guard.ts";
import { GuardedProfileStore } from "../../src/profiles/guarded-profile-store.ts";
import { MemoryProfileStore } from "../../src/profiles/memory-profile-store.ts";
import { anEvent, events, NOW_MS } from "../support/profile-builders.ts";

describe("profiles behind a guard", () => {
  it("have time for the events of a queue, and a deadline for whoever waits", async ({
    expect,
  }) => {
    class SlowStore extends MemoryProfileStore {
      override async apply(...call: Parameters<MemoryProfileStore["apply"]>) {
        await pause(50);
        return super.apply(...call);
      }
    }
    const guard = new Guard({
      name: "profiles",
      failure: { code: "PROFILES_UNAVAILABLE", message: "The store of profiles did not answer." },
      deadlineMs: 5,
      endsItself: false,
      breaker: new CircuitBreaker(),
      counters: new Counters(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      nowMs: () => NOW_MS,
    });
    const store = new GuardedProfileStore(new SlowStore(() => NOW_MS), () => guard);
    const key = { tenant: "t" as TenantId, user: "ana" as UserId };
    const told = await store.apply(key, "here", events(anEvent("event-1")));
    expect(told.revision).toBeGreaterThan(0);
    await expect(store.apply(key, "here", { kind: "touch" })).rejects.toMatchObject({
      code: "PROFILES_UNAVAILABLE",
    });
  });
});
