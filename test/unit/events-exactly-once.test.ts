import fc from "fast-check";
import { describe, it } from "vitest";
import { EventIntake } from "../../src/events/event-intake.ts";
import { type EventMessage, openMessage, packEvents } from "../../src/events/event-message.ts";
import { ingest, type IngestPorts } from "../../src/events/ingest.ts";
import type { UserEvent } from "../../src/events/user-event.ts";
import { Counters } from "../../src/observability/counters.ts";
import { anEvent, aTenant, EventWorld } from "../support/event-world.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Users as a set of the events that were applied to them: what applying twice leaves as it is. */
function portsOf(world: EventWorld, applied = new Set<string>()): IngestPorts {
  return {
    shards: world,
    effects: {
      apply: async (_, events) => {
        for (const { id } of events) world.step("apply", () => applied.add(id));
      },
      groupsOf: async () => new Map(),
    },
    counters: new Counters(),
    log: silent,
  };
}

const flushAll = async (world: EventWorld): Promise<void> => {
  for (const shard of [0, 1]) await world.flush({ tenant: aTenant.id, shard });
};

describe("an event", () => {
  it("counts once, whatever fails, in whatever order and however often it comes", async ({
    expect,
  }) => {
    const runs = fc.record({
      /** Messages as ids of events: they overlap. */
      messages: fc.array(
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 }),
        {
          minLength: 1,
          maxLength: 12,
        },
      ),
      /** What fails, step by step; afterwards nothing does. */
      failures: fc.array(fc.boolean(), { maxLength: 120 }),
      flushes: fc.array(fc.nat({ max: 3 }), { maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(runs, async ({ messages, failures, flushes }) => {
        let at = 0;
        const world = new EventWorld(() => failures[at++] ?? false);
        const applied = new Set<string>();
        const ports = portsOf(world, applied);
        const eventOf = (n: number): UserEvent =>
          anEvent(`e${n}`, { user: "u".repeat((n % 5) + 1) });
        let waiting = messages.map((ids) => ids.map(eventOf));
        const sent = new Set(waiting.flat().map(({ id }) => id));
        for (let round = 0; waiting.length > 0; round += 1) {
          expect(round).toBeLessThan(400);
          const [message = [], ...others] = waiting;
          const { failed } = await ingest(ports, aTenant, message, world.nowMs);
          // A message with anything failed comes again, after the others, whole.
          waiting = failed.size === 0 ? others : [...others, message];
          if (flushes[round] === 1) await flushAll(world).catch(() => undefined);
          if (flushes[round] === 2) world.nowMs += 3_600_000 * 13;
        }
        at = failures.length;
        await flushAll(world);
        expect(applied).toEqual(sent);
        expect(world.logged().toSorted()).toEqual([...sent].toSorted());
        expect(world.total()).toBe(sent.size);
        expect(world.agrees()).toBe(true);
        expect(world.waiting()).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it("is applied before it is recorded, so that a consumer that dies in between tries again", async ({
    expect,
  }) => {
    for (const step of ["ask", "apply", "record"]) {
      let dead = true;
      const world = new EventWorld((name) => dead && name === step);
      const applied = new Set<string>();
      const first = await ingest(portsOf(world, applied), aTenant, [anEvent("e1")], world.nowMs);
      expect([...first.failed], step).toEqual(["e1"]);
      dead = false;
      const again = await ingest(portsOf(world, applied), aTenant, [anEvent("e1")], world.nowMs);
      expect(again, step).toEqual({ recorded: 1, failed: new Set() });
      await flushAll(world);
      expect(world.total()).toBe(1);
    }
  });

  it("of a user for whom nothing can be done holds up nobody else", async ({ expect }) => {
    const world = new EventWorld();
    const ports = portsOf(world);
    const bad = {
      ...ports,
      effects: {
        ...ports.effects,
        apply: async (_: unknown, events: readonly UserEvent[]) => {
          if (events.some(({ user }) => user === "bad")) throw new TypeError("poison");
        },
      },
    };
    const events = ["ann", "bad", "bob", "bad", "ines"].map((user, n) =>
      anEvent(`e${n}`, { user }),
    );
    const { failed, recorded } = await ingest(bad, aTenant, events, world.nowMs);
    expect([...failed].toSorted()).toEqual(["e1", "e3"]);
    // Of both shards.
    expect(recorded).toBe(3);
  });

  it("waits while the log or the ledger is away, and one file at a time is caught up", async ({
    expect,
  }) => {
    for (const step of ["log", "count"]) {
      let away = true;
      const world = new EventWorld((name) => away && name === step);
      for (let n = 0; n < 50; n += 1) {
        await ingest(portsOf(world), aTenant, [anEvent(`e${n}`)], world.nowMs);
        await flushAll(world).catch(() => undefined);
      }
      expect(world.total()).toBe(0);
      away = false;
      await flushAll(world);
      expect(world.total()).toBe(50);
      expect(world.agrees()).toBe(true);
    }
  });
});

describe("the intake", () => {
  const intakeOf = (world: EventWorld, queue: (message: EventMessage) => void) =>
    new EventIntake({
      ...portsOf(world),
      queue: {
        send: async (message) => queue(message),
      },
    });
  const events = [anEvent("e1"), anEvent("e2"), anEvent("e1")];

  it("counts what a request repeats, and what it took in before", async ({ expect }) => {
    const sent: EventMessage[] = [];
    const intake = intakeOf(new EventWorld(), (message) => sent.push(message));
    expect(await intake.take(aTenant, events, 0)).toEqual({ accepted: 2, duplicates: 1 });
    expect(await intake.take(aTenant, events, 0)).toEqual({ accepted: 0, duplicates: 3 });
    expect(sent.map((message) => openMessage(message)?.events.map(({ id }) => id))).toEqual([
      ["e1", "e2"],
    ]);
  });

  it("does the consumer's work while the queue is away", async ({ expect }) => {
    const world = new EventWorld();
    const intake = intakeOf(world, () => {
      throw new Error("queue down");
    });
    expect((await intake.take(aTenant, events, 0)).accepted).toBe(2);
    await flushAll(world);
    expect(world.total()).toBe(2);
  });

  it("promises nothing when neither takes them, and takes them when they come again", async ({
    expect,
  }) => {
    let away = true;
    const world = new EventWorld(() => away);
    const intake = intakeOf(world, () => {
      throw new Error("queue down");
    });
    await expect(intake.take(aTenant, events, 0)).rejects.toMatchObject({
      code: "EVENTS_UNAVAILABLE",
    });
    away = false;
    expect((await intake.take(aTenant, events, 0)).accepted).toBe(2);
  });
});

describe("a message of the queue", () => {
  it("holds 100 KB at most, all of a user together, and nothing is lost on the way", ({
    expect,
  }) => {
    const many = Array.from({ length: 3_000 }, (_, n) =>
      anEvent(`${"x".repeat(60)}${n}`, { user: `user-${n % 700}`, item: `item-${n}` }),
    );
    const packed = packEvents(aTenant.id, many);
    const ids = packed
      .flatMap(({ message }) => openMessage(message)?.events ?? [])
      .map(({ id }) => id);
    expect(ids.toSorted()).toEqual(many.map(({ id }) => id).toSorted());
    for (const { message } of packed) expect(JSON.stringify(message).length).toBeLessThan(120_000);
    const homes = new Map<string, Set<number>>();
    for (const [at, { events: inside }] of packed.entries()) {
      for (const { user } of inside) homes.set(user, (homes.get(user) ?? new Set()).add(at));
    }
    expect([...homes.values()].filter(({ size }) => size > 1).length).toBeLessThan(packed.length);
  });

  it("of another release is none", ({ expect }) => {
    const bodies = [null, 5, {}, { tenant: "a/b", lines: "x" }, { tenant: "acme", lines: "{}" }];
    for (const body of bodies) expect(openMessage(body)).toBeUndefined();
  });
});
