/**
 * Load that goes on while something else happens: some clients, each with one request under way and a pause after
 * it. Every request is tallied under the phase in which it was sent, and none is forgotten: what is refused, cut off
 * or never answered counts as not answered.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { readAnswer } from "../bench/load.ts";
import { labelOf, type Surface, type Visit } from "./visit.ts";

export interface Tally {
  requests: number;
  /** With status 200. */
  answered: number;
  /** Of everything that got an answer, whatever its status. */
  readonly latenciesMs: number[];
  /** Without any answer. */
  lost: number;
  /** How many answers said what of themselves. */
  readonly labels: Map<string, number>;
  /** What became of the requests that were not answered with 200. */
  readonly failures: Map<string, number>;
}

/** One phase, by surface. */
export type Tallies = ReadonlyMap<Surface, Tally>;

export interface SteadyLoad {
  /** Begins a new phase and returns its tallies. */
  beginPhase(): Tallies;
  /** Lets the requests under way end. */
  stop(): Promise<void>;
}

export interface SteadyLoadOptions {
  readonly origin: URL;
  /** The n-th visit, in a phase that counts from 0. */
  readonly visitOf: (turn: number, phase: number) => Visit;
  readonly clients: number;
  readonly pauseMs: number;
}

/** Far beyond every deadline of the Worker: a request without an answer by then has none. */
const PATIENCE_MS = 10_000;
/** A load that nobody stops ends by itself. */
const VISITS_LIMIT = 200_000;

const latin1 = new TextDecoder("latin1");

export function startLoad({ origin, visitOf, clients, pauseMs }: SteadyLoadOptions): SteadyLoad {
  if (origin.hostname !== "127.0.0.1") throw new Error("loads aim at this machine only");
  let tallies = new Map<Surface, Tally>();
  let phase = 0;
  let turn = 0;
  let stopped = false;

  /** The text of the answer; empty without one. */
  const ask = async (client: Client, surface: Surface, path: string): Promise<string> => {
    const tally = tallies.get(surface) ?? aTally();
    tallies.set(surface, tally);
    tally.requests += 1;
    const sentMs = performance.now();
    try {
      const { status, text } = await client.ask(path);
      tally.latenciesMs.push(performance.now() - sentMs);
      if (status === 200) {
        tally.answered += 1;
        count(tally.labels, labelOf(text));
      } else count(tally.failures, `${status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? ""}`.trim());
      return text;
    } catch (error) {
      tally.lost += 1;
      count(tally.failures, error instanceof Error ? error.message : String(error));
      return "";
    }
  };
  const lane = async (): Promise<void> => {
    const client = aClient(origin);
    while (!stopped && turn < VISITS_LIMIT) {
      const visit = visitOf(turn, phase);
      turn += 1;
      let step = visit.next("");
      while (step.done !== true && !stopped) {
        const text = await ask(client, step.value.surface, step.value.path);
        await pause(pauseMs);
        step = visit.next(text);
      }
    }
    client.close();
  };
  const lanes = Promise.all(Array.from({ length: clients }, lane));
  return {
    beginPhase() {
      tallies = new Map();
      phase += 1;
      return tallies;
    },
    async stop() {
      stopped = true;
      await lanes;
    },
  };
}

const aTally = (): Tally => ({
  requests: 0,
  answered: 0,
  latenciesMs: [],
  lost: 0,
  labels: new Map(),
  failures: new Map(),
});

const count = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};

interface Client {
  ask(path: string): Promise<{ readonly status: number; readonly text: string }>;
  close(): void;
}

/** One keep-alive connection, opened anew after a failure. */
function aClient(origin: URL): Client {
  let socket: Socket | undefined;
  return {
    ask: (path) =>
      new Promise((resolve, reject) => {
        const line: Socket = (socket ??= connect(Number(origin.port), origin.hostname));
        line.setNoDelay(true);
        let received: Buffer = Buffer.alloc(0);
        const end = (settle: () => void): void => {
          clearTimeout(timer);
          line.removeAllListeners();
          settle();
        };
        const fail = (reason: string): void => {
          end(() => {
            line.on("error", () => undefined).destroy();
            socket = undefined;
            reject(new Error(reason));
          });
        };
        const timer = setTimeout(() => fail("no answer"), PATIENCE_MS);
        line.on("error", () => fail("connection lost"));
        line.on("close", () => fail("connection closed"));
        line.on("data", (chunk: Buffer) => {
          received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
          const answer = readAnswer(received);
          if (answer === undefined) return;
          const text = latin1.decode(received);
          end(() => resolve({ status: answer.status, text }));
        });
        line.write(`GET ${path} HTTP/1.1\r\nHost: ${origin.host}\r\n\r\n`);
      }),
    close: () => void socket?.destroy(),
  };
}
