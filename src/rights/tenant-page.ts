/** One page of everything that a tenant has: rows of one kind, and where the next page begins. */
import type { ItemId, TenantId, UserId } from "../domain/ids.ts";
import type { WithdrawalReason } from "../tenants/withdrawn-items.ts";

/** In the order of an export. Sources come before what they gave: a restore writes both. */
export const EXPORT_PARTS = [
  "items",
  "withdrawn",
  "sources",
  "source_items",
  "webhooks",
  "watched",
  "users",
  "log",
] as const;
export type ExportPart = (typeof EXPORT_PARTS)[number];

export type ExportRow =
  | { readonly kind: "item"; readonly row: Readonly<Record<string, unknown>> }
  /** Not to be shown while pools still name it. */
  | { readonly kind: "withdrawn"; readonly item_id: ItemId; readonly reason: WithdrawalReason }
  | {
      readonly kind: "source";
      readonly name: string;
      /** It names secrets of the deployment, and holds none. */
      readonly config: unknown;
      /** Null before the first run. */
      readonly cursor: unknown;
      readonly changed_at: number;
      readonly changed_by: string;
    }
  /** What a source gave, with the digest of the row. */
  | {
      readonly kind: "source_item";
      readonly source: string;
      readonly item_id: ItemId;
      readonly digest: string;
    }
  /** Without its secrets. */
  | {
      readonly kind: "webhook";
      readonly id: string;
      readonly url: string;
      readonly description: string;
      readonly types: unknown;
      readonly created_at: number;
      readonly created_by: string;
    }
  | {
      readonly kind: "watched";
      readonly user_id: UserId;
      readonly item_id: ItemId;
      readonly watched_at: number;
    }
  /** `profile` is the record as it is stored. */
  | { readonly kind: "user"; readonly user_id: UserId; readonly profile: unknown }
  /** A file of the event log, whole. */
  | {
      readonly kind: "log";
      readonly shard: number;
      readonly seq: number;
      /** Epoch day of arrival. */
      readonly day: number;
      readonly text: string;
    };

/** A place in an export: the part, and the key of the last row before it, as JSON. */
export interface ExportPlace {
  readonly part: ExportPart;
  readonly after: readonly (string | number)[];
}

export interface ExportPage {
  readonly rows: readonly ExportRow[];
  /** Undefined: that was all. */
  readonly next: ExportPlace | undefined;
}

/** The port that reads a tenant page by page. What is written meanwhile may or may not be in it. */
export interface TenantRows {
  page(tenant: TenantId, place: ExportPlace): Promise<ExportPage>;
}

export const FIRST_PLACE: ExportPlace = { part: "items", after: [] };

/** `<part>` and the key, as one text that a URL takes. */
export const writePlace = ({ part, after }: ExportPlace): string =>
  encodeURIComponent(JSON.stringify([part, ...after]));

/** Undefined for what `writePlace` never wrote. */
export function readPlace(text: string): ExportPlace | undefined {
  try {
    const [name, ...after] = JSON.parse(decodeURIComponent(text)) as (string | number)[];
    const part = EXPORT_PARTS.find((known) => known === name);
    const plain = after.every((key) => typeof key === "string" || typeof key === "number");
    return part === undefined || !plain ? undefined : { part, after };
  } catch {
    // Whatever it is, it is no place of ours: the caller says so.
    return undefined;
  }
}

/** After a page: further in this part, or the beginning of the next one. */
export function placeAfter(
  part: ExportPart,
  last: ExportPlace["after"] | undefined,
): ExportPlace | undefined {
  if (last !== undefined) return { part, after: last };
  const next = EXPORT_PARTS[EXPORT_PARTS.indexOf(part) + 1];
  return next === undefined ? undefined : { part: next, after: [] };
}
