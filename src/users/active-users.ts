/** Who used the feed lately, so that proactive refills touch nobody else. */
import type { TenantId, UserId } from "../domain/ids.ts";

export interface ActiveUsers {
  record(tenant: TenantId, users: readonly UserId[], nowMs: number): Promise<void>;
  /** Users active since then, most recent first. */
  since(tenant: TenantId, sinceMs: number, limit: number): Promise<readonly UserId[]>;
}

/** Activity of one isolate, gathered so that a busy feed costs one write in 10 s and not one a request. */
const FLUSH_EVERY_MS = 10_000;
const FLUSH_USERS = 5_000;

export class ActivityBuffer {
  readonly #activeUsers: ActiveUsers;
  readonly #pending = new Map<TenantId, Set<UserId>>();
  #count = 0;
  #flushAtMs = 0;

  constructor(activeUsers: ActiveUsers) {
    this.#activeUsers = activeUsers;
  }

  /** Notes that a user was here; true when the buffer wants to be flushed behind this request. */
  note(tenant: TenantId, user: UserId, nowMs: number): boolean {
    let users = this.#pending.get(tenant);
    if (users === undefined) this.#pending.set(tenant, (users = new Set()));
    if (!users.has(user)) {
      users.add(user);
      this.#count += 1;
    }
    return nowMs >= this.#flushAtMs || this.#count >= FLUSH_USERS;
  }

  async flush(nowMs: number): Promise<void> {
    this.#flushAtMs = nowMs + FLUSH_EVERY_MS;
    this.#count = 0;
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const [tenant, users] of pending) {
      await this.#activeUsers.record(tenant, [...users], nowMs);
    }
  }
}
