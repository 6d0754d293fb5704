import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import { MemoryQuotaAuthority } from "../../src/quota/memory-quota-authority.ts";
import type { PermitRequest } from "../../src/quota/permits.ts";
import type { LeaseReport, QuotaAuthority } from "../../src/quota/quota-authority.ts";
import { QuotaDesk } from "../../src/quota/quota-desk.ts";
import { VirtualTime } from "../support/virtual-time.ts";

const startMs = Date.parse("2026-07-05T18:00:00Z");
const limits = {
  searchPerDay: 100,
  unitsPerDay: 1_000,
  callsPerSecond: 100,
  callsPerMinute: 300,
  userSearchPerDay: 2,
  userUnitsPerDay: 40,
};
const tenant = "a" as TenantId;

function aDesk() {
  const time = new VirtualTime(startMs);
  const clock = { offsetMs: 0 };
  const calls = { lease: 0, settle: [] as (readonly LeaseReport[])[], fail: false };
  const memory = new MemoryQuotaAuthority({
    clock: {
      now: async () => {
        await time.sleep(20);
        return time.nowMs;
      },
    },
    wallMs: () => time.nowMs,
    after: (ms, then) => {
      time.after(ms, then);
    },
    behind: () => undefined,
  });
  const failing = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (calls.fail) throw new FailureError("QUOTA_UNAVAILABLE", "no answer");
    return work();
  };
  const authority: QuotaAuthority = {
    lease: (request) => {
      calls.lease += 1;
      return failing(() => memory.lease(request));
    },
    settle: (reports) => {
      calls.settle.push(reports);
      return failing(() => memory.settle(reports));
    },
    exhausted: (allowance, dateMs) => memory.exhausted(allowance, dateMs),
    view: (request) => memory.view(request),
  };
  const desk = new QuotaDesk({
    authority,
    limits,
    shared: true,
    wallMs: () => time.nowMs + clock.offsetMs,
    sleep: (ms) => time.sleep(ms),
  });
  const ask = (more: Partial<PermitRequest> = {}) =>
    desk.ask({
      allowance: "units",
      cost: 1,
      tenant,
      user: "u1" as UserId,
      nowMs: time.nowMs,
      background: {
        run: (_, work) => {
          work().catch((error: unknown) => {
            if (!(error instanceof FailureError)) throw error;
          });
        },
      },
      ...more,
    });
  const permitOf = async () => {
    const answer = await ask();
    if (!answer.granted) throw new Error(answer.reason);
    return answer.permit;
  };
  return { time, clock, calls, desk, ask, permitOf, view: () => memory.view({ limits, tenant }) };
}

describe("a quota desk", () => {
  it("grants the calls of a block without asking again, at once", async ({ expect }) => {
    const { ask, calls } = aDesk();
    await ask();
    const answers = [ask(), ask(), ask(), ask()];
    expect(answers.map((answer) => answer instanceof Promise)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(calls.lease).toBe(1);
    expect(ask()).toBeInstanceOf(Promise);
  });

  it("leases one block for calls that begin together, and for the others what they need", async ({
    expect,
  }) => {
    const { ask, view } = aDesk();
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.every(({ granted }) => granted)).toBe(true);
    // A block of five, and two calls.
    expect((await view()).units.leased).toBe(7);
  });

  it("tells what became of calls in one report, and gives back what is idle", async ({
    expect,
  }) => {
    const { time, permitOf, calls, view } = aDesk();
    const permits = [await permitOf(), await permitOf(), await permitOf()];
    permits[0]?.answered(time.nowMs);
    permits[1]?.answered(undefined);
    permits[2]?.lost();
    await time.pass(200);
    expect(calls.settle.length).toBe(1);
    expect(calls.settle[0]?.[0]).toMatchObject({ dated: 1, undated: 1, lost: 1, unused: 0 });
    expect((await view()).units).toMatchObject({ used: 2, leased: 3 });
    await time.pass(2_500);
    expect((await view()).units).toMatchObject({ used: 2, leased: 1, left: 997 });
    // The lost call is spent for good when it cannot arrive any more.
    await time.pass(70_000);
    expect((await view()).units).toMatchObject({ used: 3, leased: 0, left: 997 });
  });

  it("tells again what the authority did not hear, and it counts once", async ({ expect }) => {
    const { time, permitOf, calls, view } = aDesk();
    const permit = await permitOf();
    calls.fail = true;
    permit.answered(time.nowMs);
    permit.answered(time.nowMs);
    await time.pass(150);
    calls.fail = false;
    await time.pass(5_000);
    expect(calls.settle.length).toBeGreaterThan(1);
    expect((await view()).units).toMatchObject({ used: 1, leased: 0, left: 999 });
  });

  it("lets a permit that is not used be had by the next call", async ({ expect }) => {
    const { permitOf, calls } = aDesk();
    for (let call = 0; call < 20; call += 1) (await permitOf()).unused();
    expect(calls.lease).toBe(1);
  });

  it("drops its leases when the clock was set back", async ({ expect }) => {
    const { time, clock, permitOf, ask, calls, view } = aDesk();
    (await permitOf()).answered(time.nowMs);
    clock.offsetMs = -1_000;
    expect(ask()).toBeInstanceOf(Promise);
    expect(calls.lease).toBe(2);
    await time.pass(500);
    expect((await view()).units.leased).toBe(5);
  });

  it("spends no lease that its clock says is over", async ({ expect }) => {
    const { clock, ask, calls } = aDesk();
    await ask();
    clock.offsetMs = 20_000;
    await ask();
    expect(calls.lease).toBe(2);
  });

  it("does not ask again for what was just refused, says for how long, and asks later", async ({
    expect,
  }) => {
    const { time, ask, calls } = aDesk();
    const search = { allowance: "search" as const };
    for (let call = 0; call < 2; call += 1) await ask(search);
    const refused = await ask(search);
    expect(refused).toMatchObject({ granted: false, reason: "budget_exhausted" });
    const asked = calls.lease;
    for (let call = 0; call < 50; call += 1) expect(ask(search)).not.toBeInstanceOf(Promise);
    expect(calls.lease).toBe(asked);
    // Another user is not refused along.
    expect(await ask({ ...search, user: "u2" as UserId })).toMatchObject({ granted: true });
    await time.pass(6_000);
    expect(ask(search)).toBeInstanceOf(Promise);
  });

  it("refuses while the authority is away, and gives back what it may have granted", async ({
    expect,
  }) => {
    const { time, ask, calls } = aDesk();
    calls.fail = true;
    expect(await ask()).toEqual({
      granted: false,
      reason: "quota_unavailable",
      retryAfterSeconds: 1,
    });
    expect(ask()).not.toBeInstanceOf(Promise);
    expect(calls.settle[0]?.[0]?.unused).toBeGreaterThan(5);
    calls.fail = false;
    await time.pass(1_000);
    expect(await ask()).toMatchObject({ granted: true });
  });

  it("grants nothing of an allowance that Google says is used up, until its next day", async ({
    expect,
  }) => {
    const { time, desk, ask } = aDesk();
    await ask();
    const background = { run: (_: string, work: () => Promise<unknown>) => void work() };
    desk.exhausted("units", time.nowMs, background);
    await time.pass(500);
    const refused = await ask();
    expect(refused).toMatchObject({ granted: false, reason: "quota_exhausted" });
    expect(await ask({ allowance: "search" })).toMatchObject({ granted: true });
    // Midnight is at 07:00 UTC; the first ask finds out.
    await time.pass(13 * 3_600_000 + 5_000);
    await ask();
    await time.pass(6_000);
    expect(await ask()).toMatchObject({ granted: true });
  });
});
