/** The port to where snapshots are kept. Each version is whole or not there; readers ask for the current one by one name. */
import type { TenantId } from "../domain/ids.ts";
import type { GiftSnapshot } from "./gift-snapshot.ts";

export interface StoredSnapshot {
  readonly bytes: Uint8Array;
  /** Another one for other bytes. */
  readonly tag: string;
}

/** What the job saw on its way. */
export interface Tally {
  /** Items with a score. */
  readonly scored: number;
  /** Items of the catalogue, private ones too. */
  readonly catalogue: number;
  /** Of the days that scores look back; a like that was taken back is none. */
  readonly likes: number;
  readonly clicks: number;
}

export interface PublishedSnapshot extends Tally {
  readonly version: number;
  readonly items: number;
  readonly bytes: number;
}

export interface SnapshotStore {
  /** In one round trip. Undefined: there is none yet; `unchanged`: it is still the one of this tag. */
  current(tenant: TenantId, tag?: string): Promise<StoredSnapshot | "unchanged" | undefined>;
  /** `superseded`: a newer one is current, and this one is not kept. */
  publish(
    tenant: TenantId,
    snapshot: Pick<GiftSnapshot, "version" | "bytes" | "ids">,
    tally: Tally,
    nowMs: number,
  ): Promise<"published" | "superseded">;
  /** What was published last. */
  published(tenant: TenantId): Promise<PublishedSnapshot | undefined>;
}
