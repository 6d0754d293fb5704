import { describe, it } from "vitest";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import { NO_CODES } from "../../src/domain/item-code.ts";
import { LeaseDesk, type Lodged } from "../../src/feed/lease-desk.ts";
import type { Background } from "../../src/platform/background.ts";
import { MemoryUserStore } from "../../src/users/memory-user-store.ts";
import { DEFAULT_USER_POLICY } from "../../src/users/user-policy.ts";
import type { LeaseEntry, LeaseResult } from "../../src/users/user-store.ts";

const NO_PAGE = { popularity: NO_CODES, freshness: NO_CODES, fallback: NO_CODES };
const NEXT = {
  token: "next",
  want: { popularity: 1, freshness: 1, carryOver: true },
  untilSeconds: 90,
};

class RecordingStore extends MemoryUserStore {
  readonly batches: (readonly LeaseEntry[])[] = [];
  override lease(entries: readonly LeaseEntry[]): Promise<readonly LeaseResult[]> {
    this.batches.push(entries.map(({ key, request }) => ({ key, request })));
    return super.lease(entries);
  }
}

const carrier = (): { background: Background; finished: () => Promise<unknown> } => {
  const running: Promise<unknown>[] = [];
  return {
    background: { run: (_, work) => void running.push(work()) },
    finished: () => Promise.all(running),
  };
};

const lodged = (user: string, changes: Partial<Lodged["request"]> = {}): Lodged => ({
  key: { tenant: "t" as TenantId, user: user as UserId },
  request: { nowSeconds: 0, next: NEXT, policy: DEFAULT_USER_POLICY, ...changes },
  settled: () => Promise.resolve(),
});

describe("the lease desk", () => {
  it("sends the leases of many users in one batch", async ({ expect }) => {
    const [store, desk, { background, finished }] = [
      new RecordingStore(),
      new LeaseDesk(),
      carrier(),
    ];
    for (const user of ["a", "b", "c"]) desk.bring(store, background, lodged(user));
    await finished();
    expect(store.batches.map((batch) => batch.length)).toEqual([3]);
  });

  it("tells each user's outcome to whoever lodged it", async ({ expect }) => {
    const [store, desk, { background, finished }] = [
      new RecordingStore(),
      new LeaseDesk(),
      carrier(),
    ];
    const told: string[] = [];
    for (const user of ["a", "b"]) {
      desk.bring(store, background, {
        ...lodged(user),
        settled: async (result) => void told.push(`${user} ${result.outcome}`),
      });
    }
    await finished();
    expect(told).toEqual(["a short", "b short"]);
  });

  it("drops a lease that is recalled before it leaves", async ({ expect }) => {
    const [store, desk, { background, finished }] = [
      new RecordingStore(),
      new LeaseDesk(),
      carrier(),
    ];
    desk.bring(store, background, lodged("a"));
    desk.recall(store, lodged("a").key);
    await finished();
    expect(store.batches.flat()).toEqual([]);
  });

  it("sends the commit of a recalled lease all the same", async ({ expect }) => {
    const [store, desk, { background, finished }] = [
      new RecordingStore(),
      new LeaseDesk(),
      carrier(),
    ];
    const commit = { token: "served", page: NO_PAGE };
    desk.bring(store, background, lodged("a", { commit }));
    desk.recall(store, lodged("a").key);
    await finished();
    const [entry] = store.batches.flat();
    expect(entry?.request.commit).toEqual(commit);
    expect(entry?.request.next).toBeUndefined();
  });

  it("repeats a batch that the store did not take, so that no commit is lost", async ({
    expect,
  }) => {
    class FailingOnce extends RecordingStore {
      #failed = false;
      override async lease(entries: readonly LeaseEntry[]): Promise<readonly LeaseResult[]> {
        if (this.#failed) return super.lease(entries);
        this.#failed = true;
        throw new Error("away");
      }
    }
    const [store, desk, { background, finished }] = [new FailingOnce(), new LeaseDesk(), carrier()];
    desk.bring(store, background, lodged("a", { commit: { token: "served", page: NO_PAGE } }));
    await finished();
    expect(store.batches).toHaveLength(1);
    expect(desk.carries(lodged("a").key)).toBe(false);
  });
});
