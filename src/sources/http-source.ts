/** A file over HTTP, asked for only where it changed. */
import { FailureError } from "../domain/failure.ts";
import { isPublicUrl } from "./public-url.ts";
import { readFile } from "./read-file.ts";
import type { ReadSource } from "./source-batch.ts";
import type { HttpSource } from "./source-config.ts";

export interface HttpOptions {
  readonly fetch: typeof fetch;
  readonly pause: (ms: number) => Promise<void>;
  /** Where a deployment is a demo: for servers on this machine. */
  readonly allowLocalHttp: boolean;
  readonly secretOf: (name: string) => string;
}

const HOPS = 3;
/** Before a try after an answer that may be another one next time. */
const WAITS_MS = [1_000, 4_000] as const;
/** A run takes eight minutes at most, and the file is read in it. */
const DEADLINE_MS = 480_000;

export function httpSource(options: HttpOptions): ReadSource<HttpSource> {
  return async function* read({ config, cursor }) {
    const answer = await ask(options, config, cursor?.["etag"]);
    if (answer === undefined) return;
    const { body, headers } = answer;
    if (body === null) throw unavailable("The answer has no body.");
    const etag = headers.get("ETag") ?? undefined;
    const type = headers.get("Content-Type") ?? "";
    const name = /csv/i.test(type) ? "file.csv" : new URL(config.url).pathname;
    yield* readFile(config, { body, etag, name });
  };
}

/** Undefined when the file has not changed. */
async function ask(
  options: HttpOptions,
  config: HttpSource,
  etag: unknown,
): Promise<Response | undefined> {
  for (const waitMs of [...WAITS_MS, undefined]) {
    const answer = await follow(options, config, etag);
    if (answer?.status === 304) return undefined;
    if (answer?.ok === true) return answer;
    await answer?.body?.cancel();
    const mayChange = answer === undefined || answer.status === 429 || answer.status >= 500;
    if (!mayChange || waitMs === undefined) {
      throw unavailable(
        answer === undefined
          ? "The server did not answer."
          : `The server answered with ${answer.status}.`,
      );
    }
    await options.pause(waitMs);
  }
  return undefined;
}

/** Redirects are followed by hand: each could lead where no tenant may look. The secret stays with its origin. */
async function follow(
  { fetch, allowLocalHttp, secretOf }: HttpOptions,
  { url, authorization }: HttpSource,
  etag: unknown,
): Promise<Response | undefined> {
  const first = new URL(url);
  let at = first;
  for (let hop = 0; hop <= HOPS; hop += 1) {
    if (!isPublicUrl(at, allowLocalHttp)) throw unavailable("The address is not a public one.");
    const headers = new Headers();
    if (typeof etag === "string") headers.set("If-None-Match", etag);
    if (authorization !== undefined && at.origin === first.origin) {
      headers.set("Authorization", secretOf(authorization));
    }
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    const answer = await fetch(at.href, { headers, redirect: "manual", signal: deadline }).catch(
      () => undefined,
    );
    const location = answer?.headers.get("Location");
    if (answer === undefined || location == null || answer.status < 301 || answer.status > 308) {
      return answer;
    }
    if (answer.status === 304) return answer;
    await answer.body?.cancel();
    at = new URL(location, at);
  }
  throw unavailable(`The address leads through more than ${HOPS} others.`);
}

const unavailable = (message: string): FailureError =>
  new FailureError("SOURCE_UNAVAILABLE", message);
