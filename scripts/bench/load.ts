/**
 * A load generator for loopback: keep-alive connections over raw sockets, one request under way on each. It costs
 * about 10 µs a request, where node:http costs 60: on two cores the client must not be what is measured.
 */
import { connect, type Socket } from "node:net";

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly failures: number;
  /** How many answers say that they came from where. */
  readonly tiers: ReadonlyMap<string, number>;
  /** Bytes of the last body: a phase that answers errors would show. */
  readonly bodyBytes: number;
  /** Shortest first. */
  readonly latenciesMs: readonly number[];
}

const HEAD_END = Buffer.from("\r\n\r\n");
/** In Server-Timing, or in X-Cache where videos are. */
const TIER = /(?:cache;desc="|\r\nx-cache: )(\w+)/i;
const latin1 = new TextDecoder("latin1");

/** A GET of a path, or a POST of JSON. */
export type Asked = string | { readonly path: string; readonly body: string };

function requestOf(asked: Asked, head: string): string {
  if (typeof asked === "string") return `GET ${asked} HTTP/1.1\r\n${head}\r\n`;
  const { path, body } = asked;
  const length = Buffer.byteLength(body);
  return `POST ${path} HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

/** Sends `paths` in order over `connections` sockets, each request once, and waits for every answer. */
async function load(
  origin: URL,
  paths: readonly Asked[],
  connections: number,
  credential?: string,
): Promise<LoadResult> {
  if (origin.hostname !== "127.0.0.1") throw new Error("loads aim at this machine only");
  let next = 0;
  let failures = 0;
  const tiers = new Map<string, number>();
  const authorization = credential === undefined ? "" : `Authorization: Bearer ${credential}\r\n`;
  let bodyBytes = 0;
  const latencies: number[] = [];
  const startedMs = performance.now();
  const lane = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket: Socket = connect(Number(origin.port), origin.hostname);
      socket.setNoDelay(true);
      let received: Buffer = Buffer.alloc(0);
      let sentMs = 0;
      const send = (): void => {
        const path = paths[next];
        next += 1;
        if (path === undefined) {
          socket.end();
          resolve();
          return;
        }
        sentMs = performance.now();
        socket.write(requestOf(path, `Host: ${origin.host}\r\n${authorization}`));
      };
      socket.on("connect", send);
      socket.on("error", reject);
      socket.on("data", (chunk: Buffer) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        const answer = readAnswer(received);
        if (answer === undefined) return;
        latencies.push(performance.now() - sentMs);
        if (answer.status !== 200) failures += 1;
        const { tier } = answer;
        if (tier !== undefined) tiers.set(tier, (tiers.get(tier) ?? 0) + 1);
        bodyBytes = answer.bodyBytes;
        received = Buffer.alloc(0);
        send();
      });
    });
  await Promise.all(Array.from({ length: connections }, lane));
  const seconds = (performance.now() - startedMs) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    seconds,
    perSecond: latencies.length / seconds,
    failures,
    tiers,
    bodyBytes,
    latenciesMs: latencies,
  };
}

/** Under way at once in a phase that is measured. */
export const CONNECTIONS = 32;
const USERS = 120;

/** The load of a phase that must not fail. */
export async function measuredLoad(
  origin: URL,
  paths: readonly Asked[],
  credential?: string,
): Promise<LoadResult> {
  const result = await load(origin, paths, CONNECTIONS, credential);
  if (result.failures > 0) throw new Error(`${result.failures} requests failed`);
  return result;
}

/** The users of one round. */
export const usersOf = (round: string): readonly string[] =>
  Array.from({ length: USERS }, (_, index) => `${round}-${index}`);

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

interface Answer {
  readonly status: number;
  readonly bodyBytes: number;
  /** Where it says that it came from. */
  readonly tier: string | undefined;
}

/** The answer once it is whole: by its length, or by the last chunk. */
export function readAnswer(bytes: Buffer): Answer | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd === -1) return undefined;
  const head = latin1.decode(bytes.subarray(0, headEnd));
  const status = Number(head.slice(9, 12));
  const tier = TIER.exec(head)?.[1];
  const bodyBytes = bytes.length - headEnd - HEAD_END.length;
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    return bodyBytes >= Number(length) ? { status, bodyBytes, tier } : undefined;
  }
  const last = latin1.decode(bytes.subarray(-5));
  return last === "0\r\n\r\n" ? { status, bodyBytes, tier } : undefined;
}
