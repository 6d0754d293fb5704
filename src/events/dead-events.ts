/** The port for messages of events that nobody could use: kept until an operator sends them again or drops them. */
import type { TenantId } from "../domain/ids.ts";

export interface DeadMessage {
  /** Of the message. */
  readonly id: string;
  /** `*` where it does not say whose it is. */
  readonly tenant: TenantId | "*";
  readonly arrivedAtMs: number;
  readonly attempts: number;
  readonly reason: string;
  readonly events: number;
  /** JSON, as the queue had it. */
  readonly body: string;
}

export interface DeadEvents {
  /** A message that is kept already stays as it is. */
  keep(messages: readonly DeadMessage[]): Promise<void>;
  /** Oldest first. */
  list(tenant: TenantId, limit: number, ids?: readonly string[]): Promise<readonly DeadMessage[]>;
  /** Returns how many there were. Without ids: all. */
  drop(tenant: TenantId, ids?: readonly string[]): Promise<number>;
}
