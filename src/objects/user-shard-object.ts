/**
 * A Durable Object that holds the state of one shard of a tenant's users: the embedded L2. Each call is
 * synchronous inside, so it is one transaction, and the object commits once for all calls of a turn.
 */
import { DurableObject } from "cloudflare:workers";
import type { UserId } from "../domain/ids.ts";
import type { UserShard } from "../users/durable-user-store.ts";
import { peek, REFUSED_PEEK } from "../users/peek.ts";
import { PeekCounts } from "../users/peek-counts.ts";
import { RememberedUsers } from "../users/remembered-users.ts";
import {
  migrateUserRecords,
  SqliteUserRecords,
  sweepUserRecords,
} from "../users/sqlite-user-records.ts";
import * as ledger from "../users/user-ledger.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type {
  LeaseRequest,
  LeaseResult,
  MarkRequest,
  PeekRequest,
  PeekResult,
  RefillRequest,
  RefillResult,
  TakeRequest,
  TakeResult,
  UserStats,
} from "../users/user-store.ts";

const SWEEP_EVERY_MS = 86_400_000;

export class UserShardObject extends DurableObject implements UserShard {
  readonly #sql: SqlStorage;
  readonly #remembered = new RememberedUsers();
  readonly #peeks = new PeekCounts();

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    migrateUserRecords(this.#sql);
  }

  take(user: UserId, request: TakeRequest): TakeResult {
    return ledger.take(this.#records(user), request);
  }

  async refill(user: UserId, request: RefillRequest): Promise<RefillResult> {
    const result = ledger.refill(this.#records(user), request);
    await this.#keepSweeping();
    return result;
  }

  lease(
    calls: readonly { readonly user: UserId; readonly request: LeaseRequest }[],
  ): readonly LeaseResult[] {
    return calls.map(({ user, request }) => ledger.lease(this.#records(user), request));
  }

  peek(user: UserId, request: PeekRequest): PeekResult {
    const admitted = this.#peeks.admits(user, request);
    return admitted ? peek(this.#records(user), request) : REFUSED_PEEK;
  }

  async mark(user: UserId, request: MarkRequest): Promise<number> {
    const removed = ledger.mark(this.#records(user), request);
    await this.#keepSweeping();
    return removed;
  }

  /** In one turn, so one commit. */
  async markAll(
    calls: readonly { readonly user: UserId; readonly request: MarkRequest }[],
  ): Promise<readonly number[]> {
    const removed = calls.map(({ user, request }) => ledger.mark(this.#records(user), request));
    await this.#keepSweeping();
    return removed;
  }

  stats(user: UserId, nowSeconds: number, policy: UserPolicy): UserStats {
    return ledger.stats(this.#records(user), nowSeconds, policy);
  }

  forget(user: UserId): void {
    this.#records(user).erase();
  }

  ping(): void {
    this.#sql.exec("SELECT 1");
  }

  override async alarm(): Promise<void> {
    sweepUserRecords(this.#sql, Math.floor(Date.now() / 1000));
    await this.ctx.storage.setAlarm(Date.now() + SWEEP_EVERY_MS);
  }

  #records(user: UserId): SqliteUserRecords {
    return new SqliteUserRecords(this.#sql, user, this.#remembered);
  }

  async #keepSweeping(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(Date.now() + SWEEP_EVERY_MS);
    }
  }
}
