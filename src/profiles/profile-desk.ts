/**
 * One user's profile and all that is decided around it. The memory of a Durable Object and of the tests' store: time
 * comes in as an argument, and what must be stored is asked for after each step.
 */
import { DAY_MS } from "../domain/epoch-time.ts";
import { NO_CODES } from "../domain/item-code.ts";
import type { UserKey } from "../users/user-store.ts";
import { applyChange } from "./apply-change.ts";
import {
  BELIEVE_MS,
  type Believers,
  forgottenBelievers,
  NO_BELIEVERS,
  settledInMs,
  withBeliever,
} from "./believers.ts";
import { decodeDesk, type DeskRecord, EMPTY_DESK, encodeDesk } from "./desk-record.ts";
import { noteShown } from "./note-shown.ts";
import { type Profile, type ShownVideo, UNKNOWN_PROFILE } from "./profile.ts";
import { decodeRecord, encodeRecord, type ProfileRecord } from "./profile-record.ts";
import type {
  AppliedChange,
  OpenedProfile,
  OpenRequest,
  ProfileChange,
  Revised,
  WarmUpLease,
} from "./profile-store.ts";
import { decideRefresh } from "./refresh-rate.ts";
import { askedForWarmUp, visited, warmed, warmUpAtMs } from "./visits.ts";
import { beginLease, endLease } from "./warm-up-lease.ts";

/**
 * How exactly the last use is stored. An object leaves memory after 10 s without a call at the earliest: one that
 * comes back knows from this whether anybody may still believe it.
 */
const USED_EVERY_MS = 10_000;
/** Of users who told us nothing: longer than any answer is kept for them. */
const UNTAUGHT_DAYS = 30;

/** The two rows in which a user is stored, as JSON; undefined when there is none. */
export interface DeskRows {
  readonly profile: string | undefined;
  readonly desk: string | undefined;
}

const UNKNOWN_RECORD: ProfileRecord = { version: 0, revision: 0, profile: UNKNOWN_PROFILE };

/** Somebody told us something; what was merely shown is no loss. */
const isTaught = (profile: Profile): boolean =>
  profile.personality !== undefined ||
  profile.learned.updates > 0 ||
  profile.history.length + profile.liked.length + profile.disliked.length > 0 ||
  profile.taste.applied !== NO_CODES ||
  Object.keys(profile.demographics).length > 0;

/** Grows by the clock: numbers do not come back although everything was deleted in between. */
const next = (last: number, nowMs: number): number => Math.max(last + 1, nowMs);

/** Whose answer to make anew, and what they asked last. */
export interface DueWarmUp extends UserKey {
  readonly asks?: string;
}

const asksOf = ({ asks }: DeskRecord): { readonly asks?: string } =>
  asks === undefined ? {} : { asks };

export class ProfileDesk {
  #record: ProfileRecord;
  #desk: DeskRecord;
  #storedRecord: ProfileRecord;
  #storedDesk: DeskRecord;
  #believers: Believers;

  constructor(rows: DeskRows, startedMs: number) {
    this.#record = rows.profile === undefined ? UNKNOWN_RECORD : decodeRecord(rows.profile);
    this.#desk = rows.desk === undefined ? EMPTY_DESK : decodeDesk(rows.desk);
    this.#storedRecord = this.#record;
    this.#storedDesk = this.#desk;
    const believedUntilMs = this.#desk.usedAtMs + USED_EVERY_MS + BELIEVE_MS;
    this.#believers = startedMs < believedUntilMs ? forgottenBelievers(startedMs) : NO_BELIEVERS;
  }

  open(key: UserKey, request: OpenRequest, nowMs: number): OpenedProfile {
    const before = this.#record.version;
    const { perMinute } = request.refresh ?? {};
    const refreshed = decideRefresh(this.#desk.refreshedAtMs, perMinute ?? 1, nowMs);
    const granted = perMinute !== undefined && refreshed.granted;
    this.#believers = withBeliever(this.#believers, request.holder, nowMs);
    if (granted) {
      this.#desk = { ...this.#desk, refreshedAtMs: refreshed.grantedAtMs };
      // No isolate answers with what was refreshed.
      const revision = next(this.#record.revision, nowMs);
      this.#record = { ...this.#record, version: next(before, nowMs), revision };
    }
    const { version, revision, profile } = this.#record;
    this.#use(key, nowMs, request.idleDays);
    if (request.answerLifeMs !== undefined) {
      const visit = { lifeMs: request.answerLifeMs, version, renews: granted };
      const visits = visited(this.#desk.visits, visit, nowMs);
      if (visits !== this.#desk.visits) this.#desk = { ...this.#desk, visits };
    }
    if (request.asks !== undefined && request.asks !== this.#desk.asks) {
      this.#desk = { ...this.#desk, asks: request.asks };
    }
    const known =
      request.knownVersion === version &&
      (request.knownRevision === undefined || request.knownRevision === revision);
    return {
      version,
      ...(granted ? { refreshedVersion: before } : {}),
      revision,
      ...(known ? {} : { profile }),
      believeForMs: BELIEVE_MS,
      refreshGranted: granted,
      refreshAfterSeconds: perMinute === undefined ? 0 : refreshed.afterSeconds,
      ...asksOf(this.#desk),
    };
  }

  apply(
    key: UserKey,
    holder: string,
    change: ProfileChange,
    nowMs: number,
    idleDays?: OpenRequest["idleDays"],
  ): AppliedChange {
    const { version, revision, profile } = this.#record;
    // Nobody was here: there is no answer that a touch could end.
    if (change.kind === "touch" && this.#record === UNKNOWN_RECORD && this.#desk === EMPTY_DESK) {
      return { version, revisionBefore: revision, revision, settledInMs: 0 };
    }
    const changed = applyChange(profile, change);
    const who = change.kind === "events" ? { demographics: profile.demographics } : {};
    // Events that were applied before: the next answer is the same.
    if (changed.profile === profile && change.kind !== "touch") {
      return { ...who, version, revisionBefore: revision, revision, settledInMs: 0 };
    }
    this.#record = {
      version: next(version, nowMs),
      revision: next(revision, nowMs),
      profile: changed.profile,
    };
    this.#use(key, nowMs, idleDays);
    return {
      version: this.#record.version,
      revisionBefore: revision,
      revision: this.#record.revision,
      settledInMs: settledInMs(this.#believers, holder, nowMs),
      ...who,
      ...(changed.taught === undefined ? {} : { taught: changed.taught }),
    };
  }

  noteShown(key: UserKey, videos: readonly ShownVideo[], nowMs: number): Revised {
    const { version, revision, profile } = this.#record;
    const noted = noteShown(profile, videos);
    if (noted === profile) return { revisionBefore: revision, revision };
    this.#record = { version, revision: next(revision, nowMs), profile: noted };
    this.#use(key, nowMs);
    return { revisionBefore: revision, revision: this.#record.revision };
  }

  beginWarmUp(key: UserKey, owner: string, nowMs: number): WarmUpLease {
    const { record, lease } = beginLease(this.#desk.lease, owner, nowMs);
    if (record !== this.#desk.lease) this.#desk = { ...this.#desk, lease: record };
    this.#use(key, nowMs);
    return lease;
  }

  endWarmUp(fencing: number, outcome: "warmed" | "failed", nowMs: number): boolean {
    const lease = endLease(this.#desk.lease, fencing, nowMs);
    if (lease === undefined) return false;
    this.#desk = { ...this.#desk, lease };
    const { visits } = this.#desk;
    if (outcome === "warmed" && visits.lifeMs > 0) {
      this.#desk = { ...this.#desk, visits: warmed(visits, this.#record.version, nowMs) };
    }
    return true;
  }

  forget(): void {
    this.#record = UNKNOWN_RECORD;
    this.#desk = EMPTY_DESK;
  }

  /** When to call `ring`; undefined when there is nothing to wait for. */
  wakeAtMs(): number | undefined {
    const times = [warmUpAtMs(this.#desk.visits), this.#lapsesAtMs()];
    const known = times.filter((atMs) => atMs !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  /** Whose answer to make anew now; undefined when it is nobody's turn. Forgets users who were idle for too long. */
  ring(nowMs: number): DueWarmUp | undefined {
    const lapsesAtMs = this.#lapsesAtMs();
    if (lapsesAtMs !== undefined && nowMs >= lapsesAtMs) this.forget();
    const dueMs = warmUpAtMs(this.#desk.visits);
    // An answer that has ended is made by whoever comes next.
    const due = dueMs !== undefined && nowMs >= dueMs && nowMs < this.#desk.visits.answerEndsMs;
    const { key } = this.#desk;
    return due && key !== undefined ? { ...key, ...asksOf(this.#desk) } : undefined;
  }

  /** What `ring` asked for is done: it is somebody's turn again after another visit. */
  rung(nowMs: number): void {
    const dueMs = warmUpAtMs(this.#desk.visits);
    if (dueMs === undefined || nowMs < dueMs) return;
    this.#desk = { ...this.#desk, visits: askedForWarmUp(this.#desk.visits, nowMs) };
  }

  /** The rows that differ from what was stored, from now on counted as stored. */
  changedRows(): Partial<DeskRows> {
    const rows: Partial<DeskRows> = {
      ...(this.#record === this.#storedRecord
        ? {}
        : { profile: this.#record === UNKNOWN_RECORD ? undefined : encodeRecord(this.#record) }),
      ...(this.#desk === this.#storedDesk
        ? {}
        : { desk: this.#desk === EMPTY_DESK ? undefined : encodeDesk(this.#desk) }),
    };
    this.#storedRecord = this.#record;
    this.#storedDesk = this.#desk;
    return rows;
  }

  /** True when there is nothing to keep. */
  isEmpty(): boolean {
    return this.#record === UNKNOWN_RECORD && this.#desk === EMPTY_DESK;
  }

  #lapsesAtMs(): number | undefined {
    if (this.isEmpty()) return undefined;
    const { usedAtMs, idleDays = Number.POSITIVE_INFINITY } = this.#desk;
    const untaught = isTaught(this.#record.profile) ? Number.POSITIVE_INFINITY : UNTAUGHT_DAYS;
    const days = Math.min(idleDays, untaught);
    return days === Number.POSITIVE_INFINITY ? undefined : usedAtMs + days * DAY_MS;
  }

  #use(key: UserKey, nowMs: number, idleDays?: OpenRequest["idleDays"]): void {
    if (idleDays !== undefined && (idleDays ?? undefined) !== this.#desk.idleDays) {
      const { idleDays: _, ...desk } = this.#desk;
      this.#desk = idleDays === null ? desk : { ...desk, idleDays };
    }
    const known = this.#desk.key;
    const named = known?.tenant === key.tenant && known.user === key.user;
    if (named && nowMs - this.#desk.usedAtMs < USED_EVERY_MS) return;
    this.#desk = { ...this.#desk, key, usedAtMs: nowMs };
  }
}
