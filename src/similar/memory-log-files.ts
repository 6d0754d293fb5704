/** A log in memory, for tests. */
import type { TenantId } from "../domain/ids.ts";
import type { LogFile, LogFiles, LogPlace, WeighedEvent } from "./log-files.ts";
import type { RemovedUsers } from "./removed-users.ts";

export class MemoryLogFiles implements LogFiles, RemovedUsers {
  readonly #files: { readonly file: LogFile; readonly events: readonly WeighedEvent[] }[] = [];
  /** By `removedKey`. */
  readonly removed = new Map<string, number>();

  append(shard: number, events: readonly WeighedEvent[]): void {
    const seq = this.#files.filter(({ file }) => file.shard === shard).length + 1;
    const name = `${shard}-${seq}`;
    this.#files.push({ file: { shard, seq, name, events: events.length }, events });
  }

  after(_tenant: TenantId, place: LogPlace): Promise<readonly LogFile[]> {
    const files = this.#files.map(({ file }) => file);
    return Promise.resolve(files.filter(({ shard, seq }) => seq > (place[shard] ?? 0)));
  }

  events({ name }: LogFile): Promise<readonly WeighedEvent[]> {
    return Promise.resolve(this.#files.find(({ file }) => file.name === name)?.events ?? []);
  }

  of(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(this.removed);
  }
}
