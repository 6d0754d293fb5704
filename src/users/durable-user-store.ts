/** User state in Durable Objects: the embedded L2. Users of a tenant share a fixed number of objects. */
import { FailureError } from "../domain/failure.ts";
import { hash32 } from "../domain/hash.ts";
import type { UserId } from "../domain/ids.ts";
import { withDeadline } from "../platform/deadline.ts";
import type { UserPolicy } from "./user-policy.ts";
import type {
  LeaseEntry,
  LeaseRequest,
  LeaseResult,
  MarkEntry,
  MarkRequest,
  PeekRequest,
  PeekResult,
  Probe,
  RefillRequest,
  RefillResult,
  TakeRequest,
  TakeResult,
  UserKey,
  UserStats,
  UserStore,
} from "./user-store.ts";

/** What a shard answers over RPC: the store's operations, for the users it holds. */
export interface UserShard {
  take(user: UserId, request: TakeRequest): TakeResult;
  refill(user: UserId, request: RefillRequest): Promise<RefillResult>;
  lease(
    calls: readonly { readonly user: UserId; readonly request: LeaseRequest }[],
  ): readonly LeaseResult[];
  peek(user: UserId, request: PeekRequest): PeekResult;
  mark(user: UserId, request: MarkRequest): Promise<number>;
  markAll(
    calls: readonly { readonly user: UserId; readonly request: MarkRequest }[],
  ): Promise<readonly number[]>;
  stats(user: UserId, nowSeconds: number, policy: UserPolicy): UserStats;
  forget(user: UserId): void;
  ping(): void;
}

export type UserShardNamespace = DurableObjectNamespace<UserShard & Rpc.DurableObjectBranded>;
type UserShardStub = ReturnType<UserShardNamespace["get"]>;

export interface DurableUserStoreSettings {
  readonly namespace: UserShardNamespace;
  /** Objects per tenant. Changing it loses user state: users move to other objects. */
  readonly shards: number;
  readonly deadlineMs: number;
}

export class DurableUserStore implements UserStore, Probe {
  readonly #settings: DurableUserStoreSettings;
  readonly #names = new Map<string, DurableObjectId>();

  constructor(settings: DurableUserStoreSettings) {
    this.#settings = settings;
  }

  async take(key: UserKey, request: TakeRequest): Promise<TakeResult> {
    return this.#ask(this.#shard(key).take(key.user, request));
  }

  async refill(key: UserKey, request: RefillRequest): Promise<RefillResult> {
    return this.#ask(this.#shard(key).refill(key.user, request));
  }

  async lease(entries: readonly LeaseEntry[]): Promise<readonly LeaseResult[]> {
    return this.#askShards(entries, (shard, calls) => this.#ask(shard.lease(calls)));
  }

  async peek(key: UserKey, request: PeekRequest): Promise<PeekResult> {
    return this.#ask(this.#shard(key).peek(key.user, request));
  }

  async mark(key: UserKey, request: MarkRequest): Promise<number> {
    return this.#ask(this.#shard(key).mark(key.user, request));
  }

  async markAll(entries: readonly MarkEntry[]): Promise<readonly number[]> {
    return this.#askShards(entries, (shard, calls) => this.#ask(shard.markAll(calls)));
  }

  async stats(key: UserKey, nowSeconds: number, policy: UserPolicy): Promise<UserStats> {
    return this.#ask(this.#shard(key).stats(key.user, nowSeconds, policy));
  }

  async forget(key: UserKey): Promise<void> {
    await this.#ask(this.#shard(key).forget(key.user));
  }

  async ping(): Promise<void> {
    await this.#ask(this.#stub("ping/0").ping());
  }

  /** One call a shard, with its entries in their order. */
  async #askShards<Request, Result>(
    entries: readonly { readonly key: UserKey; readonly request: Request }[],
    ask: (
      shard: UserShardStub,
      calls: readonly { readonly user: UserId; readonly request: Request }[],
    ) => Promise<readonly Result[]>,
  ): Promise<readonly Result[]> {
    const shards = Map.groupBy(entries, ({ key }) => this.#shardName(key));
    const answers = await Promise.all(
      Array.from(shards, async ([name, group]) => {
        const calls = group.map(({ key, request }) => ({ user: key.user, request }));
        const results = await ask(this.#stub(name), calls);
        return group.map((entry, index) => [entry, results[index]] as const);
      }),
    );
    const byEntry = new Map(answers.flat());
    return entries.flatMap((entry) => byEntry.get(entry) ?? []);
  }

  #shard(key: UserKey): UserShardStub {
    return this.#stub(this.#shardName(key));
  }

  #shardName({ tenant, user }: UserKey): string {
    return `${tenant}/${hash32(user) % this.#settings.shards}`;
  }

  #stub(name: string): UserShardStub {
    const { namespace } = this.#settings;
    const known = this.#names.get(name);
    const id = known ?? namespace.idFromName(name);
    if (known === undefined) this.#names.set(name, id);
    return namespace.get(id);
  }

  /** An RPC promise carries the result as a value; every way of not answering is one failure. */
  async #ask<Value>(call: Promise<Value>): Promise<Value> {
    try {
      return await withDeadline(call, this.#settings.deadlineMs);
    } catch (error) {
      throw new FailureError("USER_STATE_UNAVAILABLE", "The user state store did not answer.", {
        cause: error,
      });
    }
  }
}
