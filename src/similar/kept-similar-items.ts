/**
 * What goes together, from the artefacts of the current version: the pointer is asked for once a minute, a version's
 * objects never change. Cold, that is two rounds of store calls, one after the other; `prepare` makes the first beside others.
 */
import { cacheKey } from "../cache/cache-key.ts";
import type { CacheTier } from "../cache/tier.ts";
import { LayeredCache } from "../cache/layered-cache.ts";
import { weighedOnly } from "../cache/codec.ts";
import type { Cache, CacheRead, Loaded, Windows } from "../cache/tiered-cache.ts";
import { FailureError } from "../domain/failure.ts";
import { hash32 } from "../domain/hash.ts";
import type { ItemId, TenantId, UserId } from "../domain/ids.ts";
import type { Counters } from "../observability/counters.ts";
import type { Eventually } from "../pipeline/stages.ts";
import type { Background } from "../platform/background.ts";
import { withDeadline } from "../platform/deadline.ts";
import type { Artefacts } from "./artefacts.ts";
import { ItemNeighbours, type WeighedItem } from "./item-neighbours.ts";
import type { SimilarBook } from "./similar-book.ts";
import type { SimilarItems } from "./similar-items.ts";
import { objectName, type PublishedVersion, rangeOfHash } from "./similar-version.ts";
import { UserBlock } from "./user-block.ts";

export interface KeptSimilarSettings {
  readonly artefacts: Artefacts;
  readonly book: Pick<SimilarBook, "current">;
  /** Nearest first; behind the isolate's memory. */
  readonly tiers: readonly CacheTier[];
  readonly counters: Counters;
}

interface Reader {
  readonly nowMs: number;
  readonly background: Background;
}

/** A superseded version's objects stay for an hour. */
const POINTER: Windows = {
  freshMs: 60_000,
  staleMs: 60_000,
  onErrorMs: 1_800_000,
  negativeMs: 60_000,
};
const OBJECT: Windows = { freshMs: 7_200_000, staleMs: 0, onErrorMs: 0, negativeMs: 60_000 };
const POINTERS_IN_MEMORY = { entries: 1_000, bytes: 2_000_000 };
const POINTER_BYTES = 1_000;
/** The biggest matrix is 16 MB. */
const MATRICES_IN_MEMORY = { entries: 100, bytes: 17_000_000 };
/** A block is some 100 KB, and its users as a map are a little more. */
const BLOCKS_IN_MEMORY = { entries: 500, bytes: 6_000_000 };
const RETRY_SECONDS = 10;
const POINTER_DEADLINE_MS = 1_000;
/** 16 MB, from afar. */
const OBJECT_DEADLINE_MS = 4_000;

export class KeptSimilarItems implements SimilarItems {
  readonly #artefacts: Artefacts;
  readonly #book: Pick<SimilarBook, "current">;
  readonly #pointers: Cache<PublishedVersion>;
  readonly #matrices: Cache<ItemNeighbours>;
  readonly #blocks: Cache<UserBlock>;

  constructor({ artefacts, book, tiers, counters }: KeptSimilarSettings) {
    this.#artefacts = artefacts;
    this.#book = book;
    this.#pointers = new LayeredCache({
      name: "similar",
      tiers: [],
      codec: weighedOnly(() => POINTER_BYTES),
      windows: POINTER,
      memory: POINTERS_IN_MEMORY,
      counters,
    });
    this.#matrices = new LayeredCache({
      name: "similar_items",
      tiers,
      codec: {
        encode: (matrix) => matrix.encode(),
        decode: (bytes) => ItemNeighbours.decode(alignedBytes(bytes)),
        sizeBytes: (matrix) => matrix.sizeBytes,
      },
      windows: OBJECT,
      memory: MATRICES_IN_MEMORY,
      counters,
    });
    this.#blocks = new LayeredCache({
      name: "similar_users",
      tiers,
      codec: {
        encode: (block) => block.bytes,
        decode: (bytes) => new UserBlock(alignedBytes(bytes)),
        sizeBytes: (block) => 2 * block.bytes.length,
      },
      windows: OBJECT,
      memory: BLOCKS_IN_MEMORY,
      counters,
    });
  }

  prepare(tenant: TenantId, nowMs: number, background: Background): void {
    if (this.#pointers.held(pointerKey(tenant), nowMs) !== undefined) return;
    background.run("similar-pointer", () => this.#current(tenant, { nowMs, background }));
  }

  neighboursOf(
    tenant: TenantId,
    items: readonly ItemId[],
    nowMs: number,
    background: Background,
  ): Eventually<ReadonlyMap<ItemId, readonly WeighedItem[]> | undefined> {
    // Without a turn of the event loop where both are held.
    const pointer = this.#pointers.held(pointerKey(tenant), nowMs);
    const held = pointer && this.#matrices.held(objectKey(pointer.value, "items"), nowMs);
    if (held !== undefined) return pick(held.value, items);
    return this.#readNeighbours(tenant, items, { nowMs, background });
  }

  async byUsersLike(
    tenant: TenantId,
    user: UserId,
    nowMs: number,
    background: Background,
  ): Promise<readonly WeighedItem[] | undefined> {
    const reader = { nowMs, background };
    const version = await this.#current(tenant, reader);
    if (version === undefined) return undefined;
    const name = `block-${rangeOfHash(hash32(user), version.facts.blocks)}`;
    const block = await this.#object(
      this.#blocks,
      version,
      name,
      reader,
      (bytes) => new UserBlock(bytes),
    );
    return block?.of(user) ?? [];
  }

  async #readNeighbours(
    tenant: TenantId,
    items: readonly ItemId[],
    reader: Reader,
  ): Promise<ReadonlyMap<ItemId, readonly WeighedItem[]> | undefined> {
    const version = await this.#current(tenant, reader);
    if (version === undefined) return undefined;
    const decode = (bytes: Uint8Array): ItemNeighbours => ItemNeighbours.decode(bytes);
    const matrix = await this.#object(this.#matrices, version, "items", reader, decode);
    return matrix && pick(matrix, items);
  }

  async #current(tenant: TenantId, reader: Reader): Promise<PublishedVersion | undefined> {
    const load = async (): Promise<Loaded<PublishedVersion>> => {
      try {
        const value = await withDeadline(this.#book.current(tenant), POINTER_DEADLINE_MS);
        return value === undefined ? { outcome: "nothing" } : { outcome: "value", value };
      } catch {
        // Counted by the cache as a failure, which serves what it has.
        return failed("pointer_unavailable");
      }
    };
    return valueOf(await this.#pointers.read(pointerKey(tenant), { ...reader, load }));
  }

  async #object<Value>(
    cache: Cache<Value>,
    version: PublishedVersion,
    name: string,
    reader: Reader,
    decode: (bytes: Uint8Array) => Value,
  ): Promise<Value | undefined> {
    const load = async (): Promise<Loaded<Value>> => {
      try {
        const read = this.#artefacts.read(objectName(version, name));
        const bytes = await withDeadline(read, OBJECT_DEADLINE_MS);
        if (bytes === undefined) return { outcome: "nothing" };
        return { outcome: "value", value: decode(bytes) };
      } catch {
        // As above.
        return failed("artefact_unavailable");
      }
    };
    return valueOf(await cache.read(objectKey(version, name), { ...reader, load }));
  }
}

function pick(
  matrix: ItemNeighbours,
  items: readonly ItemId[],
): ReadonlyMap<ItemId, readonly WeighedItem[]> {
  const found = new Map<ItemId, readonly WeighedItem[]>();
  for (const item of items) {
    const neighbours = matrix.of(item);
    if (neighbours !== undefined) found.set(item, neighbours);
  }
  return found;
}

/** A store that does not answer is not a version that was never made. */
function valueOf<Value>(read: CacheRead<Value>): Value | undefined {
  if (read.outcome === "failed") {
    throw new FailureError("COPIES_UNAVAILABLE", "What goes together cannot be had now.");
  }
  return read.outcome === "found" ? read.value : undefined;
}

const failed = (reason: string): Loaded<never> => ({
  outcome: "failed",
  reason,
  retryAfterSeconds: RETRY_SECONDS,
});

const pointerKey = (tenant: TenantId): string =>
  cacheKey("similar", { tenant, versions: {}, inputs: {} });

const objectKey = ({ tenant, version }: PublishedVersion, name: string): string =>
  cacheKey("similar", { tenant, versions: { version }, inputs: { name } });

/** A tier may hand out bytes from the middle of its buffer; typed arrays want them at a multiple of 8. */
const alignedBytes = (bytes: Uint8Array): Uint8Array =>
  bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
