/**
 * A user goes: at once from everything that serves, then from the log and what is computed of it, and last what ends by
 * itself has ended. Every step may fail or be repeated; the receipt says how far it is.
 */
import type { Log } from "../observability/log.ts";
import type { UserKey } from "../users/user-store.ts";
import {
  type Deletion,
  type Deletions,
  isComplete,
  type StoreEntry,
  userDigestOf,
  withEnded,
  withStore,
} from "./deletion.ts";
import type { Holding } from "./holding.ts";
import type { LogPurge } from "./log-purge.ts";

/** What cannot be looked into, with how long it may last after a deletion. */
export interface EndingStore {
  readonly store: string;
  readonly lifeMs: number;
}

export interface RightsPorts {
  readonly deletions: Deletions;
  /** Gone with the request. */
  readonly holdings: readonly Holding[];
  /** Computed of the log: they go with the next of their kind, or when they are asked to. */
  readonly derived: readonly Holding[];
  readonly log: LogPurge;
  readonly endings: readonly EndingStore[];
  /** What stays although it names the user. */
  readonly kept: readonly Pick<Holding, "store" | "count" | "read">[];
  readonly logger: Log;
}

/**
 * Requests that were under way, pages that other isolates had set aside (25 s), activity that they had gathered (10 s),
 * warm-ups in their queue: what any of them writes is taken for an echo, and erased again.
 */
export const ECHO_MS = 60_000;
export const EVENT_LOG = "event_log";
/** Deletions of one tenant that are worked on at once. */
const PENDING_LIMIT = 500;

/** The tombstone stands before anything goes: from then on older events of the user are refused. */
export async function deleteUser(
  ports: RightsPorts,
  key: UserKey,
  receipt: string,
  nowMs: number,
): Promise<Deletion> {
  let deletion: Deletion = {
    tenant: key.tenant,
    user: key.user,
    receipt,
    userDigest: userDigestOf(key),
    deletedAtMs: nowMs,
    stores: [
      ...ports.holdings.map(({ store }) => pending(store)),
      pending(EVENT_LOG),
      ...ports.derived.map(({ store }) => pending(store)),
      ...ports.endings.map(({ store, lifeMs }) => ({
        store,
        state: "ends" as const,
        count: 0,
        untilMs: nowMs + lifeMs,
      })),
    ],
  };
  await ports.deletions.keep(deletion);
  let { stores } = deletion;
  for (const { store, count } of ports.kept) {
    stores = withStore(stores, { store, state: "kept", count: await count(key) });
  }
  stores = await erased(ports, key, stores);
  deletion = { ...deletion, stores };
  await ports.deletions.keep(deletion);
  return deletion;
}

const pending = (store: string): StoreEntry => ({ store, state: "pending", count: 0 });

/** Side by side. A store that does not answer stays pending, and is asked again by the job. */
async function erased(
  { holdings, logger }: RightsPorts,
  key: UserKey,
  stores: readonly StoreEntry[],
): Promise<readonly StoreEntry[]> {
  const entries = await Promise.all(
    holdings.map(async ({ store, erase }): Promise<StoreEntry> => {
      try {
        return { store, state: "done", count: await erase(key) };
      } catch (error) {
        logger.warn("a store did not forget a user yet", { tenant: key.tenant, store, error });
        return { store, state: "pending", count: 0 };
      }
    }),
  );
  return entries.reduce(withStore, stores);
}

export interface PurgeCounts {
  readonly pending: number;
  readonly completed: number;
  readonly files: number;
  readonly events: number;
  /** 1: there is more to do at once. */
  readonly more: number;
}

/** One step of all deletions of a tenant: some files of the log, read once for all of them. */
export async function purgeUsers(
  ports: RightsPorts,
  tenant: UserKey["tenant"],
  nowMs: number,
): Promise<PurgeCounts> {
  const { deletions } = ports;
  const due = (await deletions.pending(tenant, PENDING_LIMIT)).filter(
    ({ deletedAtMs }) => nowMs >= deletedAtMs + ECHO_MS,
  );
  const settled: Deletion[] = [];
  for (const deletion of due) settled.push(await settle(ports, deletion, nowMs));
  const { read, files, events, more } = await readLog(ports, tenant, settled);
  const before = new Map(due.map((deletion) => [deletion.receipt, JSON.stringify(deletion)]));
  let completed = 0;
  for (const deletion of read) {
    const judged = await judge(ports, deletion, nowMs);
    if (judged.completedAtMs !== undefined) completed += 1;
    // Most wait for days, and nothing about them changes.
    if (JSON.stringify(judged) !== before.get(judged.receipt)) await deletions.keep(judged);
  }
  return { pending: due.length - completed, completed, files, events, more: more ? 1 : 0 };
}

/** Once: afterwards, what is there is of a user who begins anew. */
async function settle(ports: RightsPorts, deletion: Deletion, nowMs: number): Promise<Deletion> {
  const { tenant, user, settledAtMs } = deletion;
  if (user === undefined || settledAtMs !== undefined) return deletion;
  const stores = await erased(ports, { tenant, user }, deletion.stores);
  const open = ports.holdings.some(
    ({ store }) => stores.find((entry) => entry.store === store)?.state !== "done",
  );
  if (open) return { ...deletion, stores };
  await ports.log.flush(tenant, user);
  return { ...deletion, stores, settledAtMs: nowMs };
}

/** Those at the same place of the log are read for together; the others wait for their turn. */
async function readLog(
  { log }: RightsPorts,
  tenant: UserKey["tenant"],
  deletions: readonly Deletion[],
) {
  const reading = deletions.filter(
    ({ settledAtMs, stores }) =>
      settledAtMs !== undefined &&
      stores.some(({ store, state }) => store === EVENT_LOG && state === "pending"),
  );
  const [first] = reading;
  if (first === undefined) return { read: deletions, files: 0, events: 0, more: false };
  const place = JSON.stringify(first.logCursor);
  const together = reading.filter(({ logCursor }) => JSON.stringify(logCursor) === place);
  const gone = new Map(
    together.flatMap(({ user, deletedAtMs }) =>
      user === undefined ? [] : [[user, deletedAtMs] as const],
    ),
  );
  const { cursor, files, removed } = await log.purge(tenant, gone, first.logCursor);
  const read = deletions.map((deletion): Deletion => {
    if (!together.includes(deletion)) return deletion;
    const { logCursor: _, ...rest } = deletion;
    const count = (deletion.user && removed.get(deletion.user)) ?? 0;
    const state = cursor === undefined ? "done" : "pending";
    const stores = withStore(deletion.stores, { store: EVENT_LOG, state, count });
    return { ...rest, stores, ...(cursor === undefined ? {} : { logCursor: cursor }) };
  });
  const events = [...removed.values()].reduce((sum, count) => sum + count, 0);
  return { read, files, events, more: cursor !== undefined || together.length < reading.length };
}

/** What is computed of the log is looked into once the log is clean, so that its next version is, too. */
async function judge(ports: RightsPorts, deletion: Deletion, nowMs: number): Promise<Deletion> {
  const { tenant, user } = deletion;
  let { stores } = deletion;
  const clean = stores.some(({ store, state }) => store === EVENT_LOG && state === "done");
  if (clean && user !== undefined) {
    for (const { store, erase, count } of ports.derived) {
      if (stores.find((entry) => entry.store === store)?.state !== "pending") continue;
      const key = { tenant, user };
      const removed = await erase(key);
      const state = (await count(key)) === 0 ? "done" : "pending";
      stores = withStore(stores, { store, state, count: removed });
    }
  }
  stores = withEnded(stores, nowMs);
  if (!isComplete(stores)) return { ...deletion, stores };
  const { user: _, ...rest } = deletion;
  return { ...rest, stores, completedAtMs: nowMs };
}
