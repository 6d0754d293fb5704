/**
 * Global pools in Redis: a hash per version and a pointer that moves once the version is complete. Its fields
 * travel in requests under the limit of every provider, several fields a request.
 */
import { z } from "zod";

import type { TenantId } from "../domain/ids.ts";
import { SLICES } from "../domain/slices.ts";
import { POOLS_CURRENT, POOLS_LOAD, POOLS_PUBLISH, POOLS_STAGE } from "../platform/lua-scripts.ts";
import { RedisClient, type RedisSettings, type ScriptCall } from "../platform/redis-client.ts";
import type { Probe } from "../users/user-store.ts";
import { poolsKey, poolVersionKey } from "./pool-keys.ts";
import { noFacts } from "./facts-builder.ts";
import { factsText, parseFactsText } from "./facts-text.ts";
import { STAGED_LIFE_SECONDS, SUPERSEDED_LIFE_SECONDS } from "./pool-policy.ts";
import type { PoolManifest, PoolSnapshot, PoolStore, PublishOutcome } from "./pool-store.ts";
import { bySlice, parseSliceText, sliceText } from "./slice-text.ts";

/** Upstash and our proxy take 10 MB a request; a lost script sends its body along with the slice. */
const REQUEST_LIMIT_BYTES = 7_000_000;
/** Items a load asks for at once: 7 MB of the longest ids (128 characters), 0.7 MB of usual ones. */
const LOAD_LIMIT_ITEMS = 54_000;
/** Facts are cut into fields of this length: one fills a request. */
const FACTS_PART_CHARACTERS = 6_000_000;
/** Publishers of one tenant that may overtake each other in one publish before it gives up. */
const POINTER_ATTEMPTS = 5;

const manifestSchema = z.object({
  version: z.number().int(),
  items: z.number().int(),
  sizes: z.record(z.enum(SLICES), z.number().int()),
});
/** What the field `manifest` of a version holds. */
const headSchema = z.object({ manifest: manifestSchema, facts_parts: z.number().int() });
const publishReply = z.tuple([
  z.enum(["published", "superseded", "moved", "incomplete"]),
  z.string(),
]);

export class RedisPoolStore implements PoolStore, Probe {
  readonly #client: RedisClient;

  constructor(settings: RedisSettings) {
    this.#client = new RedisClient(settings, {
      code: "POOLS_UNAVAILABLE",
      message: "The global pools cannot be reached.",
    });
  }

  async publish(tenant: TenantId, snapshot: PoolSnapshot): Promise<PublishOutcome> {
    const { manifest } = snapshot;
    let replaced = (await this.current(tenant))?.version ?? 0;
    if (replaced > manifest.version) return "superseded";
    if (replaced === manifest.version) return "published";
    const fields = fieldsOf(snapshot);
    await this.#stage(tenant, manifest.version, fields);
    for (let attempt = 0; attempt < POINTER_ATTEMPTS; attempt += 1) {
      const [outcome, current] = await this.#point(tenant, manifest, fields.size, replaced);
      if (outcome === "published" || outcome === "superseded") return outcome;
      if (outcome === "incomplete") break;
      replaced = Number(current);
    }
    throw this.#client.malformed(POOLS_PUBLISH);
  }

  async current(tenant: TenantId): Promise<PoolManifest | undefined> {
    const text = await this.#client.run(POOLS_CURRENT, [poolsKey(tenant)], []);
    if (text === "") return undefined;
    if (typeof text !== "string") throw this.#client.malformed(POOLS_CURRENT);
    const parsed = manifestSchema.safeParse(JSON.parse(text));
    if (!parsed.success) throw this.#client.malformed(POOLS_CURRENT);
    return parsed.data;
  }

  async load(tenant: TenantId, version: number): Promise<PoolSnapshot | undefined> {
    const head = await this.#head(tenant, version);
    if (head === undefined) return undefined;
    const { manifest, facts_parts: factsParts } = head;
    const batches = [
      ...inBatches(SLICES, (slice) => manifest.sizes[slice], LOAD_LIMIT_ITEMS),
      ...Array.from({ length: factsParts }, (_, part) => [factsField(part)]),
    ];
    const texts = new Map<string, string>();
    // One after another: the body of one answer is already near what a Worker should hold at once.
    for (const names of batches) {
      const fields = await this.#fields(tenant, version, names);
      if (fields === undefined) return undefined;
      names.forEach((name, index) => texts.set(name, fields[index] ?? ""));
    }
    const facts = Array.from({ length: factsParts }, (_, part) => texts.get(factsField(part)));
    return {
      manifest,
      slices: bySlice((slice) => parseSliceText(texts.get(slice) ?? "")),
      facts: factsParts === 0 ? noFacts(manifest.items) : parseFactsText(facts.join("")),
    };
  }

  ping(): Promise<void> {
    return this.#client.ping();
  }

  /** What a version consists of, or undefined when it is gone. */
  async #head(tenant: TenantId, version: number): Promise<z.output<typeof headSchema> | undefined> {
    const [text] = (await this.#fields(tenant, version, [MANIFEST_FIELD])) ?? [];
    if (text !== undefined) {
      const parsed = headSchema.safeParse(JSON.parse(text));
      if (!parsed.success) throw this.#client.malformed(POOLS_LOAD);
      return parsed.data;
    }
    // The releases before facts left the manifest at the pointer alone.
    const manifest = await this.current(tenant);
    return manifest?.version === version ? { manifest, facts_parts: 0 } : undefined;
  }

  async #fields(
    tenant: TenantId,
    version: number,
    names: readonly string[],
  ): Promise<readonly string[] | undefined> {
    const key = poolVersionKey(tenant, version);
    const reply = await this.#client.run(POOLS_LOAD, [key], [names.join(" ")]);
    if (!Array.isArray(reply)) throw this.#client.malformed(POOLS_LOAD);
    return reply.length === 0 ? undefined : reply.map(String);
  }

  async #stage(tenant: TenantId, version: number, fields: ReadonlyMap<string, string>) {
    const calls: readonly ScriptCall<2>[] = Array.from(fields, ([name, text]) => ({
      script: POOLS_STAGE,
      keys: [poolsKey(tenant), poolVersionKey(tenant, version)],
      args: [String(version), name, text, String(STAGED_LIFE_SECONDS)],
    }));
    for (const batch of inBatches(calls, requestBytes, REQUEST_LIMIT_BYTES)) {
      await this.#client.runAll(batch);
    }
  }

  async #point(tenant: TenantId, manifest: PoolManifest, fields: number, replaced: number) {
    const reply = await this.#client.run(
      POOLS_PUBLISH,
      [
        poolsKey(tenant),
        poolVersionKey(tenant, manifest.version),
        poolVersionKey(tenant, replaced),
      ],
      [
        String(manifest.version),
        JSON.stringify(manifest),
        String(replaced),
        String(fields),
        String(SUPERSEDED_LIFE_SECONDS),
      ],
    );
    const parsed = publishReply.safeParse(reply);
    if (!parsed.success) throw this.#client.malformed(POOLS_PUBLISH);
    return parsed.data;
  }
}

const MANIFEST_FIELD = "manifest";
const factsField = (part: number): string => `facts:${part}`;

/** A version as the fields of its hash. */
function fieldsOf({ manifest, slices, facts }: PoolSnapshot): ReadonlyMap<string, string> {
  const text = factsText(facts);
  const parts = Math.ceil(text.length / FACTS_PART_CHARACTERS);
  const fields = new Map<string, string>([
    [MANIFEST_FIELD, JSON.stringify({ manifest, facts_parts: parts })],
    ...SLICES.map((slice) => [slice, sliceText(slices[slice])] as const),
  ]);
  for (let part = 0; part < parts; part += 1) {
    const start = part * FACTS_PART_CHARACTERS;
    fields.set(factsField(part), text.slice(start, start + FACTS_PART_CHARACTERS));
  }
  return fields;
}

/** What a call adds to a request: ids and facts are ASCII, and JSON writes each newline between them as two bytes. */
function requestBytes({ args }: ScriptCall<2>): number {
  const text = args[2] ?? "";
  return text.length + (text.match(/\n/g)?.length ?? 0) + 1024;
}

/** Cuts a list into runs of at most `limit`; what alone is bigger is a run of its own. */
function inBatches<Item>(
  items: readonly Item[],
  weigh: (item: Item) => number,
  limit: number,
): readonly (readonly Item[])[] {
  const batches: Item[][] = [];
  let weight = Infinity;
  for (const item of items) {
    const added = weigh(item);
    if (weight + added > limit) {
      batches.push([]);
      weight = 0;
    }
    weight += added;
    batches.at(-1)?.push(item);
  }
  return batches;
}
