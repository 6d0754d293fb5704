/** The port to the log of what users did: immutable files, numbered within their shard. */
import type { TenantId } from "../domain/ids.ts";
import type { UserEvent } from "../events/user-event.ts";

export interface LogFile {
  readonly shard: number;
  readonly seq: number;
  readonly name: string;
  readonly events: number;
}

/** The last file of each shard that was read. */
export type LogPlace = Readonly<Record<string, number>>;

/** `weight`: by the tenant's weights when it came, where the log knows it. */
export type WeighedEvent = UserEvent & { readonly weight?: number };

export interface LogFiles {
  /** What came after that place, by shard and sequence. */
  after(tenant: TenantId, place: LogPlace): Promise<readonly LogFile[]>;
  /** A file that is gone (its time was over) has no events. */
  events(file: LogFile): Promise<Iterable<WeighedEvent>>;
}
