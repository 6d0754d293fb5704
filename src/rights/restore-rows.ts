/** Rows of an export, taken in again. Safe to repeat: a file of the log counts once, and a profile that is there stays. */
import type { Catalogue } from "../catalogue/catalogue.ts";
import { FailureError } from "../domain/failure.ts";
import type { TenantId, UserId } from "../domain/ids.ts";
import { countedFile, type CountLedger, type EventLog, fileName } from "../events/event-desk.ts";
import type { SourceRecords } from "../sources/source-records.ts";
import type { Withdrawals } from "../tenants/withdrawn-items.ts";
import type { WatchLog } from "../users/watch-log.ts";
import { WEBHOOKS_LIMIT, type Webhooks } from "../webhooks/webhook.ts";
import type { Deletions } from "./deletion.ts";
import type { Gone } from "./log-purge.ts";
import { purgedText } from "./purged-text.ts";
import type { RestoredRow, RestoredWebhook } from "./restored-row.ts";

export interface RestorePorts {
  readonly deletions: Pick<Deletions, "deletedAt">;
  readonly catalogue: Catalogue;
  readonly withdrawals: Pick<Withdrawals, "change">;
  readonly sources: Pick<SourceRecords, "put" | "goOnFrom" | "give">;
  readonly webhooks: Pick<Webhooks, "find" | "add">;
  /** Of a webhook that comes back: the one so far is in no export. */
  readonly newSecret: () => string;
  readonly watchLog: WatchLog;
  readonly log: EventLog;
  readonly ledger: CountLedger;
  /** Puts a profile in place where there is none. */
  readonly restoreProfile: (
    key: { tenant: TenantId; user: UserId },
    record: Record<string, unknown>,
  ) => Promise<void>;
}

/** Of an export from before a deletion nothing of the deleted comes back. */
export async function restoreRows(
  ports: RestorePorts,
  tenant: TenantId,
  rows: readonly RestoredRow[],
  nowMs: number,
): Promise<void> {
  const { catalogue, watchLog, restoreProfile } = ports;
  const users = new Set(rows.flatMap(usersOf));
  const gone = await ports.deletions.deletedAt(tenant, [...users]);
  const items = rows.flatMap((row) => (row.kind === "item" ? [row.item] : []));
  if (items.length > 0) await catalogue.upsert(tenant, items, nowMs);
  const withdrawn = rows.flatMap((row) => (row.kind === "withdrawn" ? [row.withdrawn] : []));
  if (withdrawn.length > 0) {
    await ports.withdrawals.change(tenant, { withdrawn, restored: [] }, nowMs);
  }
  await restoreSources(ports.sources, tenant, rows);
  for (const row of rows) {
    if (row.kind === "webhook") await restoreWebhook(ports, tenant, row.webhook);
  }
  const watched = rows.flatMap((row) =>
    row.kind === "watched" && row.watched.watchedAtMs > (gone.get(row.watched.user) ?? -Infinity)
      ? [row.watched]
      : [],
  );
  if (watched.length > 0) await watchLog.append(tenant, watched);
  for (const row of rows) {
    if (row.kind === "user" && !gone.has(row.user)) {
      await restoreProfile({ tenant, user: row.user }, row.profile);
    }
    if (row.kind === "log") await restoreFile(ports, tenant, row, gone, nowMs);
  }
}

function usersOf(row: RestoredRow): readonly UserId[] {
  switch (row.kind) {
    case "item":
    case "withdrawn":
    case "source":
    case "source_item":
    case "webhook":
      return [];
    case "watched":
      return [row.watched.user];
    case "user":
      return [row.user];
    case "log":
      return [...row.users];
  }
}

/** Items are those of the export now, so a source goes on where it was then. */
async function restoreSources(
  sources: RestorePorts["sources"],
  tenant: TenantId,
  rows: readonly RestoredRow[],
): Promise<void> {
  for (const row of rows) {
    if (row.kind !== "source") continue;
    const { cursor, ...record } = row.source;
    await sources.put(tenant, record);
    if (cursor !== undefined) await sources.goOnFrom(tenant, record.name, cursor);
  }
  const given = rows.filter((row) => row.kind === "source_item");
  for (const [name, gave] of Map.groupBy(given, ({ source }) => source)) {
    await sources.give(tenant, name, gave);
  }
}

/**
 * One that is there stays. One that comes back has a secret that nobody knows and is disabled: its tenant rotates the
 * secret, gives it to the receiver, and enables it.
 */
async function restoreWebhook(
  { webhooks, newSecret }: Pick<RestorePorts, "webhooks" | "newSecret">,
  tenant: TenantId,
  webhook: RestoredWebhook,
): Promise<void> {
  if ((await webhooks.find(tenant, webhook.id)) !== undefined) return;
  const whole = { ...webhook, tenant, enabled: false, secret: newSecret(), givenUp: 0 };
  if (await webhooks.add(whole)) return;
  throw new FailureError("BAD_REQUEST", "The input is at fault.", {
    faults: [{ path: "body", message: `a tenant has at most ${WEBHOOKS_LIMIT} webhooks` }],
  });
}

/** A file that is there stays: its counts are in, and users may have been taken out of it. */
async function restoreFile(
  { log, ledger }: RestorePorts,
  tenant: TenantId,
  { shard, seq, day, text: exported, counted }: RestoredRow & { readonly kind: "log" },
  gone: Gone,
  nowMs: number,
): Promise<void> {
  const name = fileName({ tenant, shard }, day, seq);
  const there = await log.read(name);
  const text = there ?? purgedText(exported, gone)?.text ?? exported;
  if (text === "") return;
  if (there === undefined) await log.put(name, text);
  const known = text === exported ? counted : undefined;
  const { file, counts } = countedFile({ tenant, shard }, { day, seq }, text, known);
  // Known already, but for a restore that was broken off between the two.
  await ledger.add(file, counts, nowMs);
}
