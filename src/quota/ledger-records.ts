/** The port for what a ledger keeps: texts by key. */
export interface LedgerRecords {
  load(): Iterable<readonly [key: string, text: string]>;
  /** All of it or nothing, and durable before anything leaves the object; undefined erases. */
  write(changes: ReadonlyMap<string, string | undefined>): void;
}
