/** The port for users in the event log: the only thing that ever changes a file of it. */
import type { TenantId, UserId } from "../domain/ids.ts";
import type { LoggedEvent } from "../events/logged-event.ts";
import type { LogCursor } from "./deletion.ts";

/** Until when the events of each user go: those of a user who begins anew stay. */
export type Gone = ReadonlyMap<UserId, number>;

export interface PurgedSlice {
  /** Where to go on; undefined: that was the last file. */
  readonly cursor: LogCursor | undefined;
  readonly files: number;
  readonly removed: ReadonlyMap<UserId, number>;
}

export interface LogPurge {
  /** Writes what waits for the log, so that the files are all there is. */
  flush(tenant: TenantId, user: UserId): Promise<void>;
  /** Rewrites files after the cursor, some of them; safe to repeat and to break off. */
  purge(tenant: TenantId, gone: Gone, after: LogCursor | undefined): Promise<PurgedSlice>;
  /** A user's events in some files after the cursor. Returns where to go on; undefined: that was the last file. */
  eventsOf(
    tenant: TenantId,
    user: UserId,
    after: LogCursor | undefined,
  ): AsyncGenerator<LoggedEvent, LogCursor | undefined>;
  /** Drops files of days of arrival before this one, and what was counted of those days. Returns how many files. */
  dropBefore(tenant: TenantId, day: number): Promise<number>;
}
