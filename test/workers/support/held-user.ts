/** A user of whom every store holds something. */
import { env } from "cloudflare:workers";
import type { TenantId, UserId } from "../../../src/domain/ids.ts";
import { digestOf } from "../../../src/domain/digest.ts";
import type { Bindings } from "../../../src/env.ts";
import { writeLogLine } from "../../../src/events/logged-event.ts";
import type { UserEvent } from "../../../src/events/user-event.ts";
import { servicesOf } from "../../../src/services.ts";
import { type Ask, OPERATOR_KEY } from "./access.ts";

export interface Store {
  readonly store: string;
  readonly state: string;
  readonly removed: number;
}
export interface Receipt {
  readonly receipt: string;
  readonly state: string;
  readonly digest: string;
  readonly stores: readonly Store[];
  readonly verified?: readonly { readonly store: string; readonly found: string }[];
}

export const bindings = env as unknown as Bindings;
export const DAY_MS = 86_400_000;
export const USER = "ana+1@example.com";

export const read = async <Body>(answering: Promise<Response>): Promise<Body> => {
  const answer = await answering;
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
};

export const anEvent = (id: string, user: string, atMs: number): UserEvent => ({
  id,
  type: "watch",
  user: user as UserId,
  item: "item-3" as UserEvent["item"],
  atMs,
});

/** A user of whom every store has something, beside another one of whom it has, too. */
export async function aHeldUser(ask: Ask, tenant: string) {
  const credential = OPERATOR_KEY;
  const nowMs = Date.now();
  const { out, activeUsers, events, l2s } = servicesOf(bindings);
  for (const user of [USER, "ben"]) {
    const path = encodeURIComponent(user);
    await read(ask(`/t/${tenant}/recommend/${path}?count=5`, { credential }));
    await read(
      ask(`/t/${tenant}/users/${path}/personality`, {
        method: "PUT",
        credential,
        json: { openness: 80 },
      }),
    );
    await read(ask(`/t/${tenant}/api/v1/video/recommendations/${path}`, { credential }));
    const watched = JSON.stringify({ user_id: user, video_id: "item-9" });
    await read(ask(`/t/${tenant}/admin/watched`, { method: "POST", credential, body: watched }));
    await activeUsers.record(tenant as TenantId, [user as UserId], nowMs);
    const lines = `${writeLogLine(anEvent(`dead-${user}`, user, nowMs - 1_000))}\n`;
    await events.dead.keep([
      {
        id: `dead-${user}`,
        tenant: tenant as TenantId,
        arrivedAtMs: nowMs,
        attempts: 1,
        reason: "test",
        events: 1,
        body: JSON.stringify({ tenant, lines }),
      },
    ]);
  }
  await putLog(tenant, [
    anEvent("e1", USER, nowMs - 2_000),
    anEvent("e2", "ben", nowMs - 2_000),
    anEvent("e3", USER, nowMs - 1_000),
  ]);
  await env.ARTEFACTS.put(`similar/${tenant}/1/users`, `ben\n${USER}\nann${USER}`);
  return { out, nowMs, l2s };
}

export async function putLog(tenant: string, events: readonly UserEvent[], seq = 1): Promise<void> {
  const text = events.map((event) => `${writeLogLine(event)}\n`).join("");
  const name = `events/${tenant}/2026-01-01/0-${seq}.ndjson`;
  await env.EVENT_LOG.put(name, text);
  await env.DB.prepare(
    `INSERT INTO event_files (tenant, shard, seq, day, name, events, bytes, min_ms, max_ms, digest, written_at)
     VALUES (?, 0, ?, 20454, ?, ?, ?, 0, 0, ?, 0)`,
  )
    .bind(tenant, seq, name, events.length, text.length, digestOf(text))
    .run();
}

export const logOf = async (tenant: string, seq = 1): Promise<string> =>
  (await (await env.EVENT_LOG.get(`events/${tenant}/2026-01-01/0-${seq}.ndjson`))?.text()) ?? "";

export const pathOf = (tenant: string, user = USER) =>
  `/t/${tenant}/v1/users/${encodeURIComponent(user)}`;

export const linesOf = async (ask: Ask, tenant: string, user = USER) => {
  const answer = await ask(`${pathOf(tenant, user)}/export`, { credential: OPERATOR_KEY });
  const text = await answer.text();
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { store: string; data?: unknown; events?: number });
};

export const rowsOf = (receipt: Receipt) =>
  Object.fromEntries(receipt.stores.map(({ store, state, removed }) => [store, [state, removed]]));
