/** The port for sources: what tenants say of them, where each goes on, and what it gave. */
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { SourceCursor } from "./source-batch.ts";
import type { SourceConfig } from "./source-config.ts";

export interface SourceRun {
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** `partial`: a limit of the run was reached; the next one goes on. */
  readonly outcome: "succeeded" | "unchanged" | "partial" | "failed";
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
  readonly error?: string;
}

export interface SourceRecord {
  readonly name: string;
  readonly config: SourceConfig;
  readonly cursor?: SourceCursor;
  readonly lastRun?: SourceRun;
  readonly changedAtMs: number;
  readonly changedBy: string;
}

export interface SourceRecords {
  list(tenant: TenantId): Promise<readonly SourceRecord[]>;
  find(tenant: TenantId, name: string): Promise<SourceRecord | undefined>;
  /** A source whose config changed starts from the beginning. */
  put(
    tenant: TenantId,
    record: Pick<SourceRecord, "name" | "config" | "changedAtMs" | "changedBy">,
  ): Promise<void>;
  /** Its items stay. False when there was none. */
  remove(tenant: TenantId, name: string): Promise<boolean>;
  tenants(): Promise<readonly TenantId[]>;
  goOnFrom(tenant: TenantId, name: string, cursor: SourceCursor): Promise<void>;
  note(tenant: TenantId, name: string, run: SourceRun): Promise<void>;
  /** Digests of the rows that the source gave for these items, where it gave any. */
  given(
    tenant: TenantId,
    name: string,
    items: readonly ItemId[],
  ): Promise<ReadonlyMap<ItemId, string>>;
  /** All items that the source ever gave and did not take back. */
  givenItems(tenant: TenantId, name: string): AsyncIterable<readonly ItemId[]>;
  give(
    tenant: TenantId,
    name: string,
    rows: readonly { readonly item: ItemId; readonly digest: string }[],
  ): Promise<void>;
  takeBack(tenant: TenantId, name: string, items: readonly ItemId[]): Promise<void>;
}
