/** Plays faults, one after the other, against a Worker under load, and tells how every request ended. */
import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "../../src/platform/faults.ts";
import type { FaultPlan } from "../../src/tenants/guards.ts";
import { type Dependency, DEPENDENCIES } from "../../src/tenants/tenant-config.ts";
import { FAULTS_TENANT, type FaultyWorker } from "./boot-faulty.ts";
import { type SteadyLoad, startLoad, type Tallies } from "./steady-load.ts";
import { regionAt, SURFACES, visit } from "./visit.ts";

export interface Scenario {
  readonly name: string;
  /** Empty: all is well. */
  readonly faults: FaultPlan;
  readonly seconds: number;
}

/** The Worker starts under its faults, and remembers nothing. */
export interface ColdScenario extends Scenario {
  /** False when the copy of the pools is gone from KV. */
  readonly poolsCopy?: boolean;
}

export interface Played {
  readonly name: string;
  readonly tallies: Tallies;
  /** The circuits that were not closed when the phase ended. */
  readonly circuits: string;
}

export interface PlayOptions {
  readonly worker: FaultyWorker;
  /** In every phase. */
  readonly users: number;
  readonly clients: number;
  readonly onPlayed?: (played: Played) => void;
}

/** Below the deadline: an answer that is slow, and an answer still. */
const LATENCY_MS = 100;
/** Pools are asked for every 15 s only, records every 2 s: a shorter fault could pass unnoticed. */
const NOTICED_AFTER_SECONDS: Readonly<Partial<Record<Dependency, number>>> = {
  pools: 17,
  registry: 6,
};
const RECOVERY_MS = 1_000;
const LONGEST_COLD_MS = 15_000;
const SETTLE_MS = 5;
/** A client reads a page before it asks for the next one. */
const READING_MS = 25;

const HANG: Fault = { mode: "hang", rate: 1 };
const ERROR: Fault = { mode: "error", rate: 1 };
const MODES: readonly Fault[] = [{ mode: "latency", ms: LATENCY_MS, rate: 1 }, ERROR, HANG];

/** Every dependency, slow, failing and hanging. */
export const everyFault = (
  seconds: number,
  dependencies: readonly Dependency[] = DEPENDENCIES,
): readonly Scenario[] =>
  dependencies.flatMap((dependency) =>
    MODES.map((fault) => ({
      name: `${dependency} ${fault.mode}`,
      faults: { [dependency]: fault },
      seconds: Math.max(seconds, NOTICED_AFTER_SECONDS[dependency] ?? 0),
    })),
  );

const allBut = (spared: Dependency, fault: Fault): FaultPlan =>
  Object.fromEntries(DEPENDENCIES.filter((name) => name !== spared).map((name) => [name, fault]));

/** A Worker that starts in the middle of an outage. */
export const coldStarts = (seconds: number): readonly ColdScenario[] => [
  { name: "cold, registry hang", faults: { registry: HANG }, seconds },
  { name: "cold, l2 + pools hang", faults: { l2: HANG, pools: HANG }, seconds },
  { name: "cold, only KV answers", faults: allBut("copies", HANG), seconds },
  {
    name: "cold, a static list only",
    faults: allBut("copies", ERROR),
    seconds,
    // The last: what is gone from KV stays gone.
    poolsCopy: false,
  },
];

/** The phases in which all was well are among what is returned: they must be answered, too. */
export async function playFaults(
  options: PlayOptions,
  scenarios: readonly Scenario[],
): Promise<readonly Played[]> {
  const { worker } = options;
  const played: Played[] = [];
  const load = loadOn(options, "warm");
  const note = noteIn(played, options);
  try {
    for (const { name, faults, seconds } of scenarios) {
      await switchFaults(worker, faults);
      const tallies = load.beginPhase();
      await pause(seconds * 1_000);
      // What is sent while the faults end may meet them or not: it counts as sent after them.
      const recovery = load.beginPhase();
      const circuits = await switchFaults(worker, {});
      await note(name, tallies, circuits);
      if (Object.keys(faults).length === 0) continue;
      await pause(RECOVERY_MS);
      load.beginPhase();
      await note("  and after it", recovery, "");
    }
  } finally {
    await load.stop();
  }
  return played;
}

/** Each in a Worker of its own. */
export async function playColdStarts(
  options: PlayOptions,
  scenarios: readonly ColdScenario[],
): Promise<readonly Played[]> {
  const { worker } = options;
  const played: Played[] = [];
  const note = noteIn(played, options);
  for (const [index, { name, faults, seconds, poolsCopy = true }] of scenarios.entries()) {
    await worker.restart(faults, { poolsCopy });
    const load = loadOn(options, `cold-${index}`);
    const tallies = load.beginPhase();
    const beganMs = performance.now();
    await pause(seconds * 1_000);
    // On a busy machine the first requests of a cold Worker may take as long.
    while (tallies.size < SURFACES.length && performance.now() - beganMs < LONGEST_COLD_MS) {
      await pause(SETTLE_MS);
    }
    await load.stop();
    await note(name, tallies, await openCircuits(worker));
  }
  return played;
}

const loadOn = ({ worker, users, clients }: PlayOptions, readers: string): SteadyLoad =>
  startLoad({
    origin: worker.origin,
    // Every phase has users of its own: who is new finds no page in memory, and soon does.
    visitOf: (turn, phase) =>
      visit(FAULTS_TENANT, `${readers}-${phase}-${turn % users}`, regionAt(turn, phase)),
    clients,
    pauseMs: READING_MS,
  });

/** Notes a phase once its last request has ended. */
const noteIn =
  (played: Played[], { onPlayed }: PlayOptions) =>
  async (name: string, tallies: Tallies, circuits: string): Promise<void> => {
    for (const tally of tallies.values()) {
      while (tally.latenciesMs.length + tally.lost < tally.requests) await pause(SETTLE_MS);
    }
    const one = { name, tallies, circuits };
    played.push(one);
    onPlayed?.(one);
  };

const headersOf = ({ adminKey }: FaultyWorker) => ({
  Authorization: `Bearer ${adminKey}`,
  "Content-Type": "application/json",
});

/** Replaces the faults and closes the circuits; returns those that were not closed. */
async function switchFaults(worker: FaultyWorker, faults: FaultPlan): Promise<string> {
  const circuits = await openCircuits(worker);
  const answer = await fetch(new URL("/admin/faults", worker.origin), {
    method: "PUT",
    headers: headersOf(worker),
    body: JSON.stringify({ faults, reset_breakers: true }),
  });
  if (!answer.ok) throw new Error(`faults: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
  return circuits;
}

async function openCircuits(worker: FaultyWorker): Promise<string> {
  const answer = await fetch(new URL("/admin/faults", worker.origin), {
    headers: headersOf(worker),
  });
  const { dependencies } = (await answer.json()) as {
    dependencies: Readonly<Record<string, { readonly state: string }>>;
  };
  return Object.entries(dependencies)
    .filter(([, { state }]) => state !== "closed")
    .map(([name, { state }]) => `${name} ${state}`)
    .join(", ");
}
