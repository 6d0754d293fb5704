import { describe, it } from "vitest";
import type { TenantId } from "../../src/domain/ids.ts";
import { RecentEvents } from "../../src/events/recent-events.ts";

const TENANT = "t" as TenantId;
const NOW_MS = 1_800_000_000_000;
const DAY = Math.floor(NOW_MS / 86_400_000);

function aWorld(logged: boolean) {
  const asked: number[] = [];
  const behind: (() => Promise<unknown>)[] = [];
  let answer: Promise<boolean> = Promise.resolve(logged);
  const recent = new RecentEvents({
    loggedSince: (_tenant, day) => {
      asked.push(day);
      return answer;
    },
  });
  return {
    asked,
    receives: (afterMs = 0) =>
      recent.receives(TENANT, NOW_MS + afterMs, { run: (_name, work) => void behind.push(work) }),
    later: (promise: Promise<boolean>): void => void (answer = promise),
    async settle() {
      for (const work of behind.splice(0)) await work().catch(() => undefined);
    },
  };
}

describe("whether a tenant's events come", () => {
  it("is assumed until it is known, and asked of today and yesterday", async ({ expect }) => {
    const world = aWorld(false);
    expect([world.receives(), world.receives()]).toEqual([true, true]);
    await world.settle();
    expect(world.asked).toEqual([DAY - 1]);
    expect(world.receives(59_999)).toBe(false);
    expect(world.asked).toHaveLength(1);
  });

  it("is asked again every minute, and answered from memory meanwhile", async ({ expect }) => {
    const world = aWorld(false);
    world.receives();
    await world.settle();
    world.later(Promise.resolve(true));
    expect(world.receives(60_000)).toBe(false);
    await world.settle();
    expect(world.receives(60_001)).toBe(true);
  });

  it("stays as it was known while the log's manifest is away", async ({ expect }) => {
    const world = aWorld(false);
    world.receives();
    await world.settle();
    const away = Promise.reject<boolean>(new Error("away"));
    away.catch(() => undefined);
    world.later(away);
    world.receives(60_000);
    await world.settle();
    expect(world.receives(60_001)).toBe(false);
  });
});
