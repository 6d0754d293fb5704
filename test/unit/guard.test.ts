import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import { Counters } from "../../src/observability/counters.ts";
import type { Log } from "../../src/observability/log.ts";
import { CircuitBreaker } from "../../src/platform/circuit-breaker.ts";
import { type Fault, FaultBoard } from "../../src/platform/faults.ts";
import { Guard } from "../../src/platform/guard.ts";
import { Guards } from "../../src/tenants/guards.ts";
import { DEPENDENCIES, type Dependency } from "../../src/tenants/tenant-config.ts";

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const UNAVAILABLE = { code: "CATALOGUE_UNAVAILABLE", party: "upstream" };

function aGuard(fault?: Fault) {
  const clock = { nowMs: 1_000_000 };
  const counters = new Counters();
  const guard = new Guard({
    name: "catalogue",
    failure: { code: "CATALOGUE_UNAVAILABLE", message: "The catalogue did not answer." },
    deadlineMs: 5,
    endsItself: false,
    breaker: new CircuitBreaker(),
    strike: () => fault,
    counters,
    log: silent,
    nowMs: () => clock.nowMs,
  });
  let asked = 0;
  const ask = (answer: () => Promise<unknown>): Promise<unknown> =>
    guard.call(() => {
      asked += 1;
      return answer();
    });
  return { guard, clock, counters, ask, asked: () => asked };
}

const well = (): Promise<unknown> => Promise.resolve("well");
const never = (): Promise<unknown> => new Promise(() => undefined);
const storeDown = (): Promise<unknown> => Promise.reject(new Error("D1_ERROR: no connection"));

async function fail(ask: (answer: () => Promise<unknown>) => Promise<unknown>, times: number) {
  for (let call = 0; call < times; call += 1) await ask(storeDown).catch(() => undefined);
}

describe("a guard", () => {
  it("hands on the answer of a dependency that is well", async ({ expect }) => {
    const { ask, counters } = aGuard();
    expect(await ask(well)).toBe("well");
    expect(counters.all()).toEqual({});
  });

  it("ends a call at its deadline, under the name of the dependency", async ({ expect }) => {
    const { ask, guard } = aGuard();
    await expect(ask(never)).rejects.toMatchObject(UNAVAILABLE);
    expect(guard.view().failures).toBe(1);
  });

  it("knows R2 that is away from a mistake of who asks it", async ({ expect }) => {
    const { ask, guard } = aGuard();
    const away = new Error("get: We encountered an internal error. Please try again. (10001)");
    await expect(ask(() => Promise.reject(away))).rejects.toMatchObject(UNAVAILABLE);
    const wrong = new Error("get: The specified object name is not valid. (10020)");
    await expect(ask(() => Promise.reject(wrong))).rejects.toBe(wrong);
    expect(guard.view().failures).toBe(1);
  });

  it("asks no more after five failures, says when to come again, and counts", async ({
    expect,
  }) => {
    const { ask, asked, guard, counters } = aGuard();
    await fail(ask, 5);
    await expect(ask(well)).rejects.toMatchObject({ ...UNAVAILABLE, retryAfterSeconds: 30 });
    expect(asked()).toBe(5);
    expect(guard.view().state).toBe("open");
    expect(counters.all()).toEqual({
      "circuit_opened.catalogue": 1,
      "failed.catalogue": 5,
      "refused.catalogue": 1,
    });
  });

  it("closes again when the probe after 30 s is answered", async ({ expect }) => {
    const { ask, guard, clock, counters } = aGuard();
    await fail(ask, 5);
    clock.nowMs += 30_000;
    expect(await ask(well)).toBe("well");
    expect(guard.view().state).toBe("closed");
    expect(counters.all()["circuit_closed.catalogue"]).toBe(1);
  });

  it("lets a probe be one of many calls that come at once", async ({ expect }) => {
    const { ask, asked, clock } = aGuard();
    await fail(ask, 5);
    clock.nowMs += 30_000;
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => ask(well)));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(asked()).toBe(6);
  });

  it("holds a mistake of ours and a fault of the client against nobody", async ({ expect }) => {
    const { ask, guard } = aGuard();
    const ours = new TypeError("x is not a function");
    const theirs = new FailureError("BAD_REQUEST", "The input is at fault.");
    for (let call = 0; call < 6; call += 1) {
      await expect(ask(() => Promise.reject(ours))).rejects.toBe(ours);
      await expect(ask(() => Promise.reject(theirs))).rejects.toBe(theirs);
    }
    expect(guard.view()).toEqual({ state: "closed", failures: 0 });
  });

  it("leaves the probe's place to the next call when the probe was our own mistake", async ({
    expect,
  }) => {
    const { ask, clock } = aGuard();
    await fail(ask, 5);
    clock.nowMs += 30_000;
    await ask(() => Promise.reject(new RangeError("ours"))).catch(() => undefined);
    expect(await ask(well)).toBe("well");
  });

  it("passes on the failure that an adapter has named already", async ({ expect }) => {
    const { ask, guard } = aGuard();
    const named = new FailureError("USER_STATE_UNAVAILABLE", "away");
    await expect(ask(() => Promise.reject(named))).rejects.toBe(named);
    expect(guard.view().failures).toBe(1);
  });

  it("makes a call that insists even while the circuit is open, and learns nothing from it", async ({
    expect,
  }) => {
    const { ask, guard } = aGuard();
    await fail(ask, 5);
    expect(await guard.insist(well)).toBe("well");
    expect(guard.view().state).toBe("open");
  });

  it("lets an injected error count like a real one", async ({ expect }) => {
    const { ask, asked, guard } = aGuard({ mode: "error", rate: 1 });
    await expect(ask(well)).rejects.toMatchObject(UNAVAILABLE);
    expect(asked()).toBe(0);
    expect(guard.view().failures).toBe(1);
  });

  it("ends an injected hang at the deadline", async ({ expect }) => {
    const { ask } = aGuard({ mode: "hang", rate: 1 });
    await expect(ask(well)).rejects.toMatchObject(UNAVAILABLE);
  });

  it("ends an injected latency beyond the deadline, though the work was done", async ({
    expect,
  }) => {
    const { ask, asked } = aGuard({ mode: "latency", ms: 1_000, rate: 1 });
    await expect(ask(well)).rejects.toMatchObject(UNAVAILABLE);
    expect(asked()).toBe(1);
  });
});

describe("the guards of an isolate", () => {
  const deadlinesMs = Object.fromEntries(DEPENDENCIES.map((name) => [name, 100])) as Record<
    Dependency,
    number
  >;
  const guardsOf = (faults = new FaultBoard<Dependency>({})): Guards =>
    new Guards({
      deadlinesMs,
      breaker: { failures: 2, openMs: 1_000 },
      faults,
      counters: new Counters(),
      log: silent,
      nowMs: () => 0,
    });
  const failTwice = async (guards: Guards, options: Parameters<Guards["of"]>[1]): Promise<void> => {
    for (let call = 0; call < 2; call += 1) {
      await guards
        .of("l2", options)
        .call(storeDown)
        .catch(() => undefined);
    }
  };

  it("share a circuit by dependency, supplier and deadline", ({ expect }) => {
    const guards = guardsOf();
    expect(guards.of("l2", { supplier: "redis" })).toBe(
      guards.of("l2", { supplier: "redis", deadlineMs: 100 }),
    );
    expect(guards.of("l2", { supplier: "redis" })).not.toBe(
      guards.of("l2", { supplier: "embedded" }),
    );
  });

  it("keep a tenant's deadline that cannot be met from opening the circuit of the others", async ({
    expect,
  }) => {
    const guards = guardsOf();
    await failTwice(guards, { supplier: "redis", deadlineMs: 5 });
    expect(await guards.of("l2", { supplier: "redis" }).call(well)).toBe("well");
    expect(guards.views()["l2_redis"]?.state).toBe("open");
  });

  it("show and close the circuit of one supplier without the other's", async ({ expect }) => {
    const guards = guardsOf();
    guards.of("l2", { supplier: "redis" });
    await failTwice(guards, { supplier: "embedded" });
    expect(guards.views()).toMatchObject({
      l2_redis: { state: "closed" },
      l2_embedded: { state: "open", failures: 2, openedAtMs: 0 },
    });
    guards.reset();
    expect(guards.views()["l2_embedded"]).toEqual({ state: "closed", failures: 0 });
  });

  it("let a fault strike its dependency only, at its rate", async ({ expect }) => {
    const chances = [0.4, 0.6];
    const faults = new FaultBoard<Dependency>(
      { l2: { mode: "error", rate: 0.5 } },
      () => chances.shift() ?? 0.9,
    );
    const guards = guardsOf(faults);
    await expect(guards.of("l2").call(well)).rejects.toMatchObject({
      code: "USER_STATE_UNAVAILABLE",
    });
    expect(await guards.of("l2").call(well)).toBe("well");
    expect(await guards.of("registry").call(well)).toBe("well");
    faults.play({});
    expect(faults.plan).toEqual({});
  });
});
