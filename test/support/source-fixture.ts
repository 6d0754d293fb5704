/** Everything around a run of a source, in memory, and what became of it. */
import type { Catalogue } from "../../src/catalogue/catalogue.ts";
import type { CatalogueItem } from "../../src/catalogue/item-row.ts";
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import type { UserEvent } from "../../src/events/user-event.ts";
import { runSource, type RunPorts, type RunReport } from "../../src/sources/run-source.ts";
import type { ReadSource, SourceCursor, UserFacts } from "../../src/sources/source-batch.ts";
import { type SourceConfig, sourceConfigSchema } from "../../src/sources/source-config.ts";
import type { SourceRecord } from "../../src/sources/source-records.ts";
import type { WatchedRow } from "../../src/users/watch-log.ts";

const TENANT = "t" as TenantId;
const NAME = "feed";

export interface SourceWorld {
  readonly items: Map<ItemId, CatalogueItem>;
  readonly watched: WatchedRow[];
  readonly events: UserEvent[];
  readonly users: UserFacts[];
  readonly given: Map<ItemId, string>;
  /** When users were deleted, of those who were. */
  readonly deleted: Map<UserId, number>;
  /** Writes of the catalogue. */
  readonly writes: { upserts: number; removals: number };
  record(): SourceRecord;
  run(options?: { dryRun?: boolean }): Promise<RunReport>;
  nowMs: number;
}

/** A source of this config, read by `read`; `config` may leave out what has a default. It begins at `cursor`. */
export function aSource(
  config: object,
  read: ReadSource,
  nowMs = 1_000_000,
  cursor?: SourceCursor,
): SourceWorld {
  let record: SourceRecord = {
    name: NAME,
    config: sourceConfigSchema.parse(config) as SourceConfig,
    changedAtMs: 0,
    changedBy: "a test",
    ...(cursor === undefined ? {} : { cursor }),
  };
  const items = new Map<ItemId, CatalogueItem>();
  const given = new Map<ItemId, string>();
  const [watched, events, users] = [[] as WatchedRow[], [] as UserEvent[], [] as UserFacts[]];
  const deleted = new Map<UserId, number>();
  const writes = { upserts: 0, removals: 0 };
  const catalogue = {
    upsert(_: TenantId, rows: readonly CatalogueItem[]) {
      writes.upserts += rows.length;
      for (const row of rows) items.set(row.id, row);
      return Promise.resolve();
    },
    remove(_: TenantId, ids: readonly ItemId[]) {
      writes.removals += ids.length;
      return Promise.resolve(ids.filter((id) => items.delete(id)));
    },
  } as unknown as Catalogue;
  const ports: RunPorts = {
    read,
    deletedAt: () => Promise.resolve(deleted),
    clockMs: () => world.nowMs,
    changes: {
      catalogue,
      withdrawals: { change: () => Promise.resolve(), settle: () => Promise.resolve() },
      refreshSoon: () => Promise.resolve(),
    },
    watchLog: {
      append: (_, rows) => Promise.resolve(void watched.push(...rows)),
    },
    events: { accept: (_, rows) => Promise.resolve(void events.push(...rows)) },
    userFacts: { accept: (_, rows) => Promise.resolve(void users.push(...rows)) },
    records: {
      list: () => Promise.resolve([record]),
      find: () => Promise.resolve(record),
      put: () => Promise.resolve(),
      remove: () => Promise.resolve(true),
      tenants: () => Promise.resolve([TENANT]),
      goOnFrom: (_, __, cursor) => Promise.resolve(void (record = { ...record, cursor })),
      note: (_, __, lastRun) => Promise.resolve(void (record = { ...record, lastRun })),
      given: (_, __, ids) =>
        Promise.resolve(new Map([...given].filter(([item]) => ids.includes(item)))),
      async *givenItems() {
        yield await Promise.resolve([...given.keys()]);
      },
      give: (_, __, rows) =>
        Promise.resolve(rows.forEach(({ item, digest }) => given.set(item, digest))),
      takeBack: (_, __, ids) => Promise.resolve(ids.forEach((id) => given.delete(id))),
    },
  };
  const world: SourceWorld = {
    items,
    watched,
    events,
    users,
    given,
    deleted,
    writes,
    nowMs,
    record: () => record,
    run: ({ dryRun = false } = {}) => runSource(ports, TENANT, record, { dryRun }),
  };
  return world;
}
