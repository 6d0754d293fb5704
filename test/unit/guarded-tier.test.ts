import { describe, it } from "vitest";
import { ownerOf } from "../../src/cache/cache-key.ts";
import { GuardedTier } from "../../src/cache/guarded-tier.ts";
import { timesOf } from "../../src/cache/windows.ts";
import { Counters } from "../../src/observability/counters.ts";
import { BREAKER_POLICY, CircuitBreaker } from "../../src/platform/circuit-breaker.ts";
import { Guard } from "../../src/platform/guard.ts";
import { FailureError } from "../../src/domain/failure.ts";
import { FlakyTier } from "../support/cache-fixture.ts";

const windows = { freshMs: 1_000, staleMs: 0, onErrorMs: 0, negativeMs: 0 };

describe("a tier behind a guard", () => {
  it("is not asked while the circuit of its owner is open", async ({ expect }) => {
    const owners: string[] = [];
    let asked = 0;
    class CountedTier extends FlakyTier {
      override get(key: string) {
        asked += 1;
        if (this.mood === "well") return super.get(key);
        return Promise.reject(new FailureError("COPIES_UNAVAILABLE", "away"));
      }
    }
    const tier = new CountedTier("kv");
    const guard = new Guard({
      name: "cache",
      failure: { code: "COPIES_UNAVAILABLE", message: "away" },
      deadlineMs: 1_000,
      endsItself: true,
      breaker: new CircuitBreaker(BREAKER_POLICY),
      counters: new Counters(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      nowMs: () => 0,
    });
    const guarded = new GuardedTier(tier, (key) => {
      owners.push(ownerOf(key));
      return guard;
    });
    const entry = { ...timesOf(0, windows), bytes: new Uint8Array([1]) };
    await guarded.put("acme/x", entry);
    expect(await guarded.get("acme/x")).toEqual(entry);
    await guarded.drop("acme/x");
    expect(await guarded.get("acme/x")).toBeUndefined();
    tier.mood = "failing";
    for (let call = 0; call < BREAKER_POLICY.failures + 3; call += 1) {
      await expect(guarded.get("acme/x")).rejects.toThrow("away");
    }
    expect(asked).toBe(2 + BREAKER_POLICY.failures);
    expect(new Set(owners)).toEqual(new Set(["acme"]));
    expect(guarded.name).toBe("kv");
  });
});
