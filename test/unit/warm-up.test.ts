import { describe, it } from "vitest";
import { MemoryProfileStore } from "../../src/profiles/memory-profile-store.ts";
import { warmUpUser } from "../../src/profiles/warm-up.ts";
import { beginLease, endLease, LEASE_MS } from "../../src/profiles/warm-up-lease.ts";
import { NOW_MS } from "../support/profile-builders.ts";
import { aUser } from "../support/user-requests.ts";

/** A store with a clock, and calls that warm one user up. */
function aScene(warm: () => Promise<"warmed" | "failed">) {
  const time = { nowMs: NOW_MS };
  const leases = new MemoryProfileStore(() => time.nowMs);
  const key = aUser();
  let made = 0;
  const make = () => {
    made += 1;
    return warm();
  };
  return {
    time,
    made: () => made,
    start: (owner: string) => warmUpUser(leases, { key, owner, make }),
  };
}

describe("a warm-up", () => {
  it("is made once for 100 calls at once", async ({ expect }) => {
    const { start, made } = aScene(async () => "warmed");
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, call) => start(`call-${call}`)),
    );
    expect(made()).toBe(1);
    expect(outcomes.filter((outcome) => outcome === "warmed")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "busy")).toHaveLength(99);
  });

  it("releases its lease when it fails, whichever way", async ({ expect }) => {
    const results = [Promise.resolve("failed" as const), Promise.resolve("warmed" as const)];
    const failing = aScene(() => results.shift() ?? Promise.reject(new Error("no more")));
    expect(await failing.start("one")).toBe("failed");
    expect(await failing.start("two")).toBe("warmed");
    await expect(failing.start("three")).rejects.toThrow("no more");
    await expect(failing.start("four")).rejects.toThrow("no more");
    expect(failing.made()).toBe(4);
  });

  it("is taken over two minutes after its holder was lost, who is refused when late", async ({
    expect,
  }) => {
    let finish: (outcome: "warmed") => void = () => undefined;
    const first = new Promise<"warmed">((resolve) => {
      finish = resolve;
    });
    const works: Promise<"warmed">[] = [first, Promise.resolve("warmed")];
    const { start, time } = aScene(() => works.shift() ?? first);
    const lost = start("lost");
    time.nowMs += LEASE_MS - 1;
    expect(await start("early")).toBe("busy");
    time.nowMs += 1;
    expect(await start("successor")).toBe("warmed");
    finish("warmed");
    expect(await lost).toBe("lost");
  });
});

describe("the lease of a warm-up", () => {
  it("has a fencing token that grows, also when its record was deleted", ({ expect }) => {
    const first = beginLease(undefined, "one", NOW_MS);
    const released = endLease(first.record, first.record.fencing, NOW_MS);
    const second = beginLease(released, "two", NOW_MS);
    expect(second.record.fencing).toBeGreaterThan(first.record.fencing);
    const anew = beginLease(undefined, "three", NOW_MS + 5);
    expect(anew.record.fencing).toBeGreaterThan(second.record.fencing);
  });

  it("is the same lease for a call that is repeated", ({ expect }) => {
    const first = beginLease(undefined, "one", NOW_MS);
    expect(beginLease(first.record, "one", NOW_MS + 1)).toEqual(first);
    expect(beginLease(first.record, "two", NOW_MS + 1).lease.granted).toBe(false);
  });

  it("cannot be ended by a token that is not its own, twice, or late", ({ expect }) => {
    const { record } = beginLease(undefined, "one", NOW_MS);
    expect(endLease(undefined, record.fencing, NOW_MS)).toBeUndefined();
    expect(endLease(record, record.fencing + 1, NOW_MS)).toBeUndefined();
    expect(endLease(record, record.fencing, NOW_MS + LEASE_MS)).toBeUndefined();
    const released = endLease(record, record.fencing, NOW_MS);
    expect(released).toBeDefined();
    expect(endLease(released, record.fencing, NOW_MS)).toBeUndefined();
  });
});
