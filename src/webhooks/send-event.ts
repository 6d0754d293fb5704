/** One attempt to deliver an event: signed, bounded in time, and never through a redirect. */
import type { OutEvent } from "./out-event.ts";
import { signedHeaders } from "./signature.ts";
import { type TargetRules, targetFault } from "./target-url.ts";
import type { Webhook } from "./webhook.ts";

const DEADLINE_MS = 10_000;

export interface SendPorts extends TargetRules {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly nowMs: () => number;
  /** In tests; 10 s. */
  readonly deadlineMs?: number;
}

export type Sent =
  | { readonly ok: true; readonly status: number }
  | {
      readonly ok: false;
      /** Undefined when there was no answer. */
      readonly status: number | undefined;
      /** Words of ours: nothing that the receiver says. */
      readonly error: string;
      readonly retryAfterSeconds?: number;
    };

/** What is sent, byte by byte the same at every attempt. */
export const bodyOf = (event: OutEvent): string => JSON.stringify(event);

export async function sendEvent(
  { fetch, nowMs, deadlineMs = DEADLINE_MS, ...rules }: SendPorts,
  webhook: Pick<Webhook, "url" | "secret" | "former">,
  event: OutEvent,
): Promise<Sent> {
  // The rules may be stricter than when it was written.
  const fault = targetFault(webhook.url, rules);
  if (fault !== undefined) return { ok: false, status: undefined, error: `the URL ${fault}` };
  const body = bodyOf(event);
  const signed = await signedHeaders(webhook, { id: event.id, nowMs: nowMs(), body });
  let answer: Response;
  try {
    answer = await fetch(webhook.url, {
      method: "POST",
      headers: {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": "nearfeed-webhooks/1",
        ...signed,
      },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(deadlineMs),
    });
  } catch (error) {
    const late = error instanceof Error && error.name === "TimeoutError";
    const words = late ? `no answer within ${deadlineMs} ms` : "the receiver could not be reached";
    return { ok: false, status: undefined, error: words };
  }
  // Nothing of it is read: a receiver that never ends its answer keeps nobody waiting.
  await answer.body?.cancel().catch(() => undefined);
  if (answer.ok) return { ok: true, status: answer.status };
  const retryAfterSeconds = retryAfterOf(answer.headers.get("Retry-After"), nowMs());
  return {
    ok: false,
    status: answer.status,
    error: `the receiver answered ${answer.status}`,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfterOf(text: string | null, nowMs: number): number | undefined {
  if (text === null) return undefined;
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : (Date.parse(text) - nowMs) / 1_000;
  return seconds > 0 ? seconds : undefined;
}
