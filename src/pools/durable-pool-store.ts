/** Global pools in a Durable Object per tenant: the embedded L2. */
import { FailureError } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import { withDeadline } from "../platform/deadline.ts";
import { PUBLISH_DEADLINE_MS } from "./pool-policy.ts";
import type { PoolManifest, PoolSnapshot, PoolStore, PublishOutcome } from "./pool-store.ts";
import { parseReplicaText, replicaText } from "./replica-text.ts";

/** What a tenant's pool object answers over RPC; a version travels as one text. */
export interface PoolShelf {
  publish(version: number, manifest: string, parts: readonly string[]): PublishOutcome;
  current(): string | undefined;
  load(version: number): readonly string[] | undefined;
}

export type PoolShelfNamespace = DurableObjectNamespace<PoolShelf & Rpc.DurableObjectBranded>;

/** A row of SQLite holds 2 MB at most, in UTF-8; the text is ASCII. */
const PART_CHARACTERS = 1_000_000;

export class DurablePoolStore implements PoolStore {
  readonly #namespace: PoolShelfNamespace;
  readonly #deadlineMs: number;

  constructor(settings: { readonly namespace: PoolShelfNamespace; readonly deadlineMs: number }) {
    this.#namespace = settings.namespace;
    this.#deadlineMs = settings.deadlineMs;
  }

  async publish(tenant: TenantId, snapshot: PoolSnapshot): Promise<PublishOutcome> {
    const text = replicaText(snapshot);
    const parts: string[] = [];
    for (let at = 0; at < text.length; at += PART_CHARACTERS) {
      parts.push(text.slice(at, at + PART_CHARACTERS));
    }
    const { manifest } = snapshot;
    return this.#ask(
      this.#shelf(tenant).publish(manifest.version, JSON.stringify(manifest), parts),
      Math.max(this.#deadlineMs, PUBLISH_DEADLINE_MS),
    );
  }

  async current(tenant: TenantId): Promise<PoolManifest | undefined> {
    const manifest = await this.#ask(this.#shelf(tenant).current());
    return manifest === undefined ? undefined : (JSON.parse(manifest) as PoolManifest);
  }

  async load(tenant: TenantId, version: number): Promise<PoolSnapshot | undefined> {
    const parts = await this.#ask(this.#shelf(tenant).load(version));
    return parts === undefined ? undefined : parseReplicaText(parts.join(""));
  }

  #shelf(tenant: TenantId): ReturnType<PoolShelfNamespace["get"]> {
    return this.#namespace.get(this.#namespace.idFromName(tenant));
  }

  async #ask<Value>(call: Promise<Value>, deadlineMs = this.#deadlineMs): Promise<Value> {
    try {
      return await withDeadline(call, deadlineMs);
    } catch (error) {
      throw new FailureError("POOLS_UNAVAILABLE", "The pool store did not answer.", {
        cause: error,
      });
    }
  }
}
