/** Tenants of which everything carries a mark, so that whatever of one turns up in an answer to another is seen. */
import { type Ask, makeKey, OPERATOR_KEY } from "./access.ts";
import { anId, deliver, type Feed } from "./app.ts";
import type { RankedFeed } from "./ranked-feed.ts";

/** What one user's answers gave that a request can bring back. */
export interface UserThings {
  readonly user: string;
  readonly page: string;
  readonly cursor: string;
  readonly tag: string;
  readonly idempotencyKey: string;
}

export interface MarkedTenant {
  /** Also its mark: a part of every text that is its own. */
  readonly id: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly users: readonly [UserThings, UserThings];
  /** Texts of keys by role; `ofUser` is a reader for the first user. */
  readonly keys: Readonly<Record<"reader" | "ofUser" | "service" | "trainer" | "admin", string>>;
  /** Ids of keys that nobody calls with. */
  readonly spareKeys: { readonly rotated: string; readonly revoked: string };
  /** Ids of webhooks that nobody is told by. */
  readonly webhooks: { readonly kept: string; readonly removed: string };
  readonly runId: string;
  /** Of the user `<id>-gone`, who was deleted. */
  readonly receipt: string;
  readonly origin: string;
}

/** Items that every marked tenant has under the same id. */
export const COMMON_ITEMS = ["common-1", "common-2", "common-3"] as const;
/** A source that is there to be deleted. */
export const SPARE_SOURCE = "spare";
/** A user id that every marked tenant has. */
export const COMMON_USER = "sam";

export const itemsOf = (mark: string): readonly Record<string, unknown>[] =>
  [...COMMON_ITEMS, ...Array.from({ length: 60 }, (_, at) => `${mark}-item-${at}`)].map(
    (id, at) => ({
      id,
      title: `${mark} title ${at}`,
      channel: `${mark} channel`,
      tags: [`${mark}-tag-${at % 3}`],
      playback_url: `https://${mark}.example/watch/${at}`,
      views: 10_000 - at,
      published_at: Date.now() - at * 3_600_000,
    }),
  );

const configOf = (mark: string) => ({
  name: `${mark} name`,
  filters: { excluded_items: [`${mark}-item-0`], excluded_tags: [`${mark}-banned`] },
  rules: [
    { type: "pin", id: `${mark}-pin`, item: `${mark}-item-5`, slot: 1 },
    { type: "boost", id: `${mark}-boost`, match: { creator: `${mark} channel` }, factor: 2 },
  ],
  rate_limits: { user_requests_per_minute: 100_000, user_refreshes_per_second: 10_000 },
  allowed_origins: [`https://${mark}.example`],
});

export async function aMarkedTenant(ask: Ask, prefix: string): Promise<MarkedTenant> {
  const id = anId(prefix);
  const config = configOf(id);
  const send = sender(ask, OPERATOR_KEY);
  await send(`/t/${id}/admin/config`, { method: "PUT", json: config });
  const rows = itemsOf(id).map((item) => JSON.stringify(item));
  await send(`/t/${id}/admin/items`, { method: "POST", body: rows.join("\n") });
  for (const name of ["refresh-pools", SPARE_SOURCE]) {
    const json = { kind: "r2", key: `${id}.csv` };
    await send(`/t/${id}/admin/sources/${name}`, { method: "PUT", json });
  }
  const user = `${id}-ann`;
  const keyOf = async (role: string, more: Record<string, unknown> = {}) =>
    makeKey(ask, id, [role], { name: `${id} ${role}`, ...more });
  const keys = {
    reader: (await keyOf("reader")).key,
    ofUser: (await keyOf("reader", { user_id: user })).key,
    service: (await keyOf("service")).key,
    trainer: (await keyOf("trainer")).key,
    admin: (await keyOf("admin")).key,
  };
  const sendAsAdmin = sender(ask, keys.admin);
  const started = await sendAsAdmin(`/t/${id}/admin/jobs/refresh-pools`, { method: "POST" });
  const { id: runId } = JSON.parse(started) as { id: string };
  await deliver({ id: runId, tenant: id, job: "refresh-pools" });
  const watched = JSON.stringify({ video_ids: [`${id}-item-7`, COMMON_ITEMS[0]] });
  for (const watcher of [user, COMMON_USER]) {
    await sendAsAdmin(`/t/${id}/feedback/${watcher}`, {
      method: "POST",
      json: JSON.parse(watched),
    });
  }
  const webhookOf = async (): Promise<string> => {
    const json = { url: `https://${id}.example/hook`, types: ["JobFailed"], enabled: false };
    const made = await sendAsAdmin(`/t/${id}/admin/webhooks`, { method: "POST", json });
    return (JSON.parse(made) as { id: string }).id;
  };
  const gone = await sendAsAdmin(`/t/${id}/v1/users/${id}-gone`, { method: "DELETE" });
  return {
    id,
    config,
    users: [
      await thingsOf(ask, id, keys.service, user),
      await thingsOf(ask, id, keys.service, `${id}-ben`),
    ],
    keys,
    spareKeys: { rotated: (await keyOf("reader")).id, revoked: (await keyOf("reader")).id },
    webhooks: { kept: await webhookOf(), removed: await webhookOf() },
    runId,
    receipt: (JSON.parse(gone) as { receipt: string }).receipt,
    origin: `https://${id}.example`,
  };
}

const sender =
  (ask: Ask, credential: string) =>
  async (path: string, init: Parameters<Ask>[1]): Promise<string> => {
    const answer = await ask(path, { ...init, credential });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${text}`);
    return text;
  };

async function thingsOf(
  ask: Ask,
  tenant: string,
  credential: string,
  user: string,
): Promise<UserThings> {
  const idempotencyKey = `${user}-once`;
  const kept = await ask(`/t/${tenant}/recommend/${user}?count=5`, {
    credential,
    headers: { "Idempotency-Key": idempotencyKey },
  });
  const page = (await kept.json<Feed>()).meta.next_page;
  const ranked = await ask(`/t/${tenant}/v1/feed?user_hash=${user}&limit=5`, { credential });
  const cursor = (await ranked.json<RankedFeed>()).next_cursor ?? "";
  return { user, page, cursor, tag: ranked.headers.get("ETag") ?? "", idempotencyKey };
}
