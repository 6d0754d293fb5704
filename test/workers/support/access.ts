/** The Worker with settings of a test's own, and keys of its tenants. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Bindings } from "../../../src/env.ts";
import worker from "../../../src/index.ts";
import { anId } from "./app.ts";

export const OPERATOR_KEY = "admin-key-of-tests";

export type Ask = (path: string, init?: AskInit) => Promise<Response>;

export interface AskInit extends RequestInit {
  /** Sent as a bearer token. */
  readonly credential?: string | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
}

/** One isolate more, in effect: settings are parsed once for each set of bindings. */
export function aWorker(vars: Readonly<Record<string, unknown>> = {}): Ask {
  // Tests deliver jobs themselves: one that is queued must not run in the middle of a long test.
  const nothing = (): Promise<void> => Promise.resolve();
  const queue = { send: nothing, sendBatch: nothing };
  const bindings = {
    ...env,
    JOBS: queue,
    DEFAULT_AUTH: "keys",
    ...vars,
  } as unknown as Bindings;
  return async (path, { credential, json, ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (credential !== undefined) headers.set("Authorization", `Bearer ${credential}`);
    if (json !== undefined) headers.set("Content-Type", "application/json");
    const context = createExecutionContext();
    const answer = await worker.fetch(
      new Request(`https://nearfeed.test${path}`, {
        ...init,
        headers,
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      }),
      bindings,
      context,
    );
    await waitOnExecutionContext(context);
    return answer;
  };
}

/** `config` names what its record says beside the defaults. */
export async function aTenant(
  ask: Ask,
  config: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const tenant = anId("t");
  const answer = await ask(`/t/${tenant}/admin/config`, {
    method: "PUT",
    credential: OPERATOR_KEY,
    json: { name: "A tenant", ...config },
  });
  if (!answer.ok) throw new Error(await answer.text());
  await answer.text();
  return tenant;
}

export interface MadeKey {
  readonly id: string;
  readonly key: string;
  readonly roles: readonly string[];
  readonly created_by: string;
  readonly expires_at: string | null;
  readonly replaces: string | null;
}

export async function makeKey(
  ask: Ask,
  tenant: string,
  roles: readonly string[],
  more: Record<string, unknown> = {},
): Promise<MadeKey> {
  const answer = await ask(`/t/${tenant}/admin/keys`, {
    method: "POST",
    credential: OPERATOR_KEY,
    json: { name: roles.join(), roles, ...more },
  });
  if (answer.status !== 201) throw new Error(await answer.text());
  return answer.json();
}

export const statusOf = async (answering: Promise<Response>): Promise<number> => {
  const answer = await answering;
  await answer.text();
  return answer.status;
};
