/** Snapshots of one tenant, in memory. */
import type { GiftSnapshot } from "../../src/gifts/gift-snapshot.ts";
import type {
  PublishedSnapshot,
  SnapshotStore,
  StoredSnapshot,
  Tally,
} from "../../src/gifts/snapshot-store.ts";
import type { TenantId } from "../../src/domain/ids.ts";

export class MemorySnapshotStore implements SnapshotStore {
  #current: (PublishedSnapshot & { readonly data: Uint8Array }) | undefined;
  reads = 0;
  /** Reads that brought bytes. */
  sent = 0;
  /** What the store fails with. */
  away: Error | undefined;

  current(_tenant: TenantId, tag?: string): Promise<StoredSnapshot | "unchanged" | undefined> {
    this.reads += 1;
    if (this.away !== undefined) return Promise.reject(this.away);
    if (this.#current === undefined) return Promise.resolve(undefined);
    const own = String(this.#current.version);
    if (tag === own) return Promise.resolve("unchanged" as const);
    this.sent += 1;
    return Promise.resolve({ bytes: this.#current.data.slice(), tag: own });
  }

  publish(
    _tenant: TenantId,
    { version, bytes, ids }: Pick<GiftSnapshot, "version" | "bytes" | "ids">,
    tally: Tally,
  ): Promise<"published" | "superseded"> {
    if ((this.#current?.version ?? 0) >= version) return Promise.resolve("superseded");
    this.#current = { ...tally, version, items: ids.length, bytes: bytes.length, data: bytes };
    return Promise.resolve("published");
  }

  published(): Promise<PublishedSnapshot | undefined> {
    return Promise.resolve(this.#current);
  }
}

export const NO_TALLY: Tally = { scored: 0, catalogue: 0, likes: 0, clicks: 0 };
