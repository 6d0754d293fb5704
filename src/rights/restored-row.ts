/** One line of an export, read with distrust: it may come from anywhere. */
import * as z from "zod";
import { type CatalogueItem, parseItemRow } from "../catalogue/item-row.ts";
import { ITEM_ID_PATTERN, type ItemId, USER_ID_PATTERN, type UserId } from "../domain/ids.ts";
import { countEvents, type Counted } from "../events/count-events.ts";
import { readLogLines } from "../events/logged-event.ts";
import { SOURCE_NAME_PATTERN, sourceConfigSchema } from "../sources/source-config.ts";
import type { SourceRecord } from "../sources/source-records.ts";
import type { Withdrawn } from "../tenants/withdrawn-items.ts";
import type { WatchedRow } from "../users/watch-log.ts";
import { SUBSCRIBED_TYPES } from "../webhooks/out-event.ts";
import type { Webhook } from "../webhooks/webhook.ts";

const number = z.number().int().min(0);
const name = z.string().regex(SOURCE_NAME_PATTERN);
const itemId = z.string().regex(ITEM_ID_PATTERN) as unknown as z.ZodType<ItemId>;
const userId = z.string().regex(USER_ID_PATTERN) as unknown as z.ZodType<UserId>;
const rowSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("item"), row: z.unknown() }),
  z.object({
    kind: z.literal("watched"),
    user_id: userId,
    item_id: itemId,
    watched_at: z.number(),
  }),
  z.object({
    kind: z.literal("withdrawn"),
    item_id: itemId,
    reason: z.enum(["gone", "stock"]),
  }),
  z.object({
    kind: z.literal("source"),
    name,
    config: sourceConfigSchema,
    cursor: z.record(z.string(), z.unknown()).nullable(),
    changed_at: number,
    changed_by: z.string().max(200),
  }),
  z.object({
    kind: z.literal("source_item"),
    source: name,
    item_id: itemId,
    digest: z.string().max(64),
  }),
  z.object({
    kind: z.literal("webhook"),
    id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    url: z.string().max(2_000),
    description: z.string().max(200),
    types: z.array(z.enum(SUBSCRIBED_TYPES)).min(1),
    created_at: number,
    created_by: z.string().max(200),
  }),
  z.object({ kind: z.literal("user"), user_id: userId, profile: z.looseObject({}) }),
  z.object({
    kind: z.literal("log"),
    shard: number,
    seq: number,
    day: number,
    text: z.string().min(1),
  }),
]);

export type RestoredSource = Omit<SourceRecord, "lastRun">;
/** Secrets are in no export. */
export type RestoredWebhook = Pick<
  Webhook,
  "id" | "url" | "description" | "types" | "createdAtMs" | "createdBy"
>;

export type RestoredRow =
  | { readonly kind: "item"; readonly item: CatalogueItem }
  | { readonly kind: "watched"; readonly watched: WatchedRow }
  | { readonly kind: "withdrawn"; readonly withdrawn: Withdrawn }
  | { readonly kind: "source"; readonly source: RestoredSource }
  | {
      readonly kind: "source_item";
      readonly source: string;
      readonly item: ItemId;
      readonly digest: string;
    }
  | { readonly kind: "webhook"; readonly webhook: RestoredWebhook }
  | { readonly kind: "user"; readonly user: UserId; readonly profile: Record<string, unknown> }
  | {
      readonly kind: "log";
      readonly shard: number;
      readonly seq: number;
      readonly day: number;
      readonly text: string;
      /** Whom the file names. */
      readonly users: ReadonlySet<UserId>;
      readonly counted: Counted;
    };

export type ParsedRow =
  | { readonly ok: true; readonly row: RestoredRow }
  | { readonly ok: false; readonly reason: string };

export function parseRestored(value: unknown): ParsedRow {
  const parsed = rowSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, reason: `${issue?.path.join(".") || "row"}: ${issue?.message}` };
  }
  const { data } = parsed;
  switch (data.kind) {
    case "item": {
      const row = parseItemRow(data.row);
      return row.ok ? { ok: true, row: { kind: "item", item: row.item } } : row;
    }
    case "watched": {
      const { user_id: user, item_id: item, watched_at: watchedAtMs } = data;
      return { ok: true, row: { kind: "watched", watched: { user, item, watchedAtMs } } };
    }
    case "withdrawn": {
      const { item_id: item, reason } = data;
      return { ok: true, row: { kind: "withdrawn", withdrawn: { item, reason } } };
    }
    case "source": {
      const { changed_at: changedAtMs, changed_by: changedBy, cursor, kind, ...rest } = data;
      const source = { ...rest, changedAtMs, changedBy, ...(cursor === null ? {} : { cursor }) };
      return { ok: true, row: { kind, source } };
    }
    case "source_item": {
      const { kind, source, item_id: item, digest } = data;
      return { ok: true, row: { kind, source, item, digest } };
    }
    case "webhook": {
      const { kind, created_at: createdAtMs, created_by: createdBy, ...rest } = data;
      return { ok: true, row: { kind, webhook: { ...rest, createdAtMs, createdBy } } };
    }
    case "user":
      return { ok: true, row: { kind: "user", user: data.user_id, profile: data.profile } };
    case "log": {
      const read = readFile(data.text);
      return read === undefined
        ? { ok: false, reason: "text: is no file of an event log" }
        : { ok: true, row: { ...data, ...read } };
    }
  }
}

/** All that is needed of its lines in one reading: a file of 4 MB is 25,000 of them, and 20 MB as events. */
function readFile(
  text: string,
): Pick<RestoredRow & { kind: "log" }, "users" | "counted"> | undefined {
  const users = new Set<UserId>();
  const noted = function* noted() {
    for (const event of readLogLines(text)) {
      users.add(event.user);
      yield event;
    }
  };
  try {
    return { users, counted: countEvents(noted()) };
  } catch {
    // Whatever it is, it is not taken in: the caller says so.
    return undefined;
  }
}
