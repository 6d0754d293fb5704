import fc from "fast-check";
import { describe, it } from "vitest";
import { CircuitBreaker, type Ticket } from "../../src/platform/circuit-breaker.ts";

const POLICY = { failures: 5, openMs: 30_000 };
const PLACE_MS = 1_000;

/** A breaker that opened at 0. */
function anOpenBreaker(): CircuitBreaker {
  const breaker = new CircuitBreaker(POLICY);
  for (let call = 0; call < POLICY.failures; call += 1) breaker.failed(admitted(breaker, 0), 0);
  return breaker;
}

function admitted(breaker: CircuitBreaker, nowMs: number): Ticket {
  const ticket = breaker.admit(nowMs, PLACE_MS);
  if (ticket === undefined) throw new Error("refused");
  return ticket;
}

describe("a circuit breaker", () => {
  it("opens at the fifth failure in a row, and refuses", ({ expect }) => {
    const breaker = new CircuitBreaker(POLICY);
    for (let call = 0; call < 4; call += 1) {
      expect(breaker.failed(admitted(breaker, 0), 0)).toBe(false);
    }
    expect(breaker.view(0).state).toBe("closed");
    expect(breaker.failed(admitted(breaker, 7), 7)).toBe(true);
    expect(breaker.view(7)).toEqual({ state: "open", failures: 5, openedAtMs: 7 });
    expect(breaker.admit(7, PLACE_MS)).toBeUndefined();
  });

  it("forgets failures that a success interrupts", ({ expect }) => {
    const breaker = new CircuitBreaker(POLICY);
    for (let call = 0; call < 20; call += 1) {
      const ticket = admitted(breaker, call);
      if (call % 5 === 4) breaker.succeeded(ticket);
      else breaker.failed(ticket, call);
    }
    expect(breaker.view(20).state).toBe("closed");
  });

  it("admits exactly one probe after 30 s", ({ expect }) => {
    const breaker = anOpenBreaker();
    expect(breaker.admit(29_999, PLACE_MS)).toBeUndefined();
    expect(breaker.view(30_000).state).toBe("half_open");
    expect(breaker.admit(30_000, PLACE_MS)).toBeDefined();
    expect(breaker.admit(30_000, PLACE_MS)).toBeUndefined();
    expect(breaker.admit(30_999, PLACE_MS)).toBeUndefined();
  });

  it("closes when the probe succeeds", ({ expect }) => {
    const breaker = anOpenBreaker();
    expect(breaker.succeeded(admitted(breaker, 30_000))).toBe(true);
    expect(breaker.view(30_001)).toEqual({ state: "closed", failures: 0 });
  });

  it("opens for another 30 s when the probe fails", ({ expect }) => {
    const breaker = anOpenBreaker();
    expect(breaker.failed(admitted(breaker, 30_000), 30_100)).toBe(true);
    expect(breaker.admit(60_099, PLACE_MS)).toBeUndefined();
    expect(breaker.admit(60_100, PLACE_MS)).toBeDefined();
  });

  it("gives the place of a probe that never ends to another one, and ignores what it says later", ({
    expect,
  }) => {
    const breaker = anOpenBreaker();
    const lost = admitted(breaker, 30_000);
    const next = admitted(breaker, 31_000);
    expect(breaker.succeeded(lost)).toBe(false);
    expect(breaker.view(31_000).state).toBe("half_open");
    expect(breaker.succeeded(next)).toBe(true);
  });

  it("gives the place of a probe that says nothing to the next call", ({ expect }) => {
    const breaker = anOpenBreaker();
    breaker.spared(admitted(breaker, 30_000));
    expect(breaker.admit(30_001, PLACE_MS)).toBeDefined();
  });

  it("ignores calls of before it opened, however they end", ({ expect }) => {
    const breaker = new CircuitBreaker(POLICY);
    const early = [admitted(breaker, 0), admitted(breaker, 0)] as const;
    for (let call = 0; call < 5; call += 1) breaker.failed(admitted(breaker, 0), 0);
    breaker.succeeded(early[0]);
    breaker.failed(early[1], 20_000);
    expect(breaker.view(20_000)).toEqual({ state: "open", failures: 5, openedAtMs: 0 });
  });

  it("is closed again when an operator says so", ({ expect }) => {
    const breaker = anOpenBreaker();
    breaker.close();
    expect(breaker.admit(1, PLACE_MS)).toBeDefined();
  });

  it("keeps its promises in every order of calls, ends and waits", ({ expect }) => {
    const property = fc.property(fc.array(aStep, { minLength: 40, maxLength: 200 }), (steps) =>
      brokenBy(steps),
    );
    expect(fc.check(property, { numRuns: 1_000 }).counterexample).toBeNull();
  });
});

type Step =
  | { readonly do: "call" }
  | { readonly do: "succeed" | "fail" | "spare"; readonly which: number }
  | { readonly do: "wait"; readonly ms: number };

/** Mostly calls and failures: otherwise five in a row are too rare for the circuit to open. */
const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ do: "call" }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("fail"), which: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("succeed", "spare"), which: fc.nat(3) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait"), ms: fc.constantFrom(1, 999, 15_000) }),
  },
);

/** Throws what a sequence of steps broke. */
function brokenBy(steps: readonly Step[]): void {
  const breaker = new CircuitBreaker(POLICY);
  const running: Ticket[] = [];
  let nowMs = 0;
  /** When the probe that is under way was admitted. */
  let probeAtMs: number | undefined;
  const hold = (kept: boolean, promise: string): void => {
    if (!kept) throw new Error(promise);
  };
  for (const step of steps) {
    const before = breaker.view(nowMs);
    if (step.do === "wait") {
      nowMs += step.ms;
    } else if (step.do === "call") {
      const ticket = breaker.admit(nowMs, PLACE_MS);
      hold(before.state !== "closed" || ticket !== undefined, "a closed circuit admits");
      hold(before.state !== "open" || ticket === undefined, "an open circuit refuses");
      if (ticket !== undefined) running.push(ticket);
      if (before.state !== "half_open") continue;
      const taken = probeAtMs !== undefined && nowMs - probeAtMs < PLACE_MS;
      hold(taken === (ticket === undefined), "a half-open circuit admits one probe at a time");
      if (ticket !== undefined) probeAtMs = nowMs;
    } else {
      const [ticket] = running.splice(step.which, 1);
      if (ticket === undefined) continue;
      const isLatest = !running.some((other) => other > ticket);
      if (step.do === "succeed") breaker.succeeded(ticket);
      else if (step.do === "fail") breaker.failed(ticket, nowMs);
      else breaker.spared(ticket);
      const after = breaker.view(nowMs);
      const moved = after.state !== before.state;
      hold(before.state !== "open" || !moved, "only time moves an open circuit");
      hold(!(moved && before.state === "closed") || after.failures === 5, "five failures open it");
      hold(!(moved && before.state === "half_open") || isLatest, "only its probe moves it");
      if (before.state === "half_open" && (moved || (step.do === "spare" && isLatest))) {
        probeAtMs = undefined;
      }
    }
  }
}
