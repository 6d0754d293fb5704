/**
 * The lease of one user's warm-up, as pure decisions: one holder at a time, for two minutes, with a fencing token
 * that grows, so that a holder who comes back late is recognised and refused.
 */
import type { WarmUpLease } from "./profile-store.ts";

/** A warm-up takes seconds; whoever has not ended it by then is dead. */
export const LEASE_MS = 120_000;

export interface LeaseRecord {
  /** Of the last lease, held or not. */
  readonly fencing: number;
  readonly owner: string;
  /** 0 once it is released. */
  readonly untilMs: number;
}

export interface BegunLease {
  readonly record: LeaseRecord;
  readonly lease: WarmUpLease;
}

/** `record` is undefined when there never was one. */
export function beginLease(
  record: LeaseRecord | undefined,
  owner: string,
  nowMs: number,
): BegunLease {
  if (record !== undefined && nowMs < record.untilMs) {
    const { fencing, untilMs } = record;
    // A call that was repeated because its answer was lost.
    if (record.owner === owner) return { record, lease: { granted: true, fencing, untilMs } };
    return { record, lease: { granted: false, untilMs } };
  }
  // By the clock, so that it grows although all that was stored of the user was deleted in between.
  const fencing = Math.max((record?.fencing ?? 0) + 1, nowMs);
  const untilMs = nowMs + LEASE_MS;
  return {
    record: { fencing, owner, untilMs },
    lease: { granted: true, fencing, untilMs },
  };
}

/** The released lease; undefined when `fencing` is not that of a lease that runs. */
export function endLease(
  record: LeaseRecord | undefined,
  fencing: number,
  nowMs: number,
): LeaseRecord | undefined {
  if (record === undefined || record.fencing !== fencing || nowMs >= record.untilMs)
    return undefined;
  return { ...record, untilMs: 0 };
}
