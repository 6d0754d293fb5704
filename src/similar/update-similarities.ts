/** The job `update-similarities`: begins a version over what the log has gained, or takes up one that was left. */
import { digestOf } from "../domain/digest.ts";
import type { TenantId } from "../domain/ids.ts";
import type { LogFile, LogPlace } from "./log-files.ts";
import { firstSteps } from "./next-steps.ts";
import { advance, messageOf, type SimilarPorts } from "./run-step.ts";
import {
  objectName,
  PHASES,
  type PublishedVersion,
  type SimilarVersion,
  type VersionPlan,
} from "./similar-version.ts";

export interface UpdatePorts extends SimilarPorts {
  /** Another run waits for the version now. */
  passRun(version: SimilarVersion, nowMs: number): Promise<void>;
}

/** A version that takes longer than that, or was left as often, is given up: the next begins anew. */
const GIVE_UP_MS = 6 * 3_600_000;
const RESUMED_LIMIT = 5;
/** Isolates know of a new version after two minutes at the latest. */
const KEEP_MS = 3_600_000;
/** Measured: a fold of 78,000 pairs takes 64 MB. */
const EVENTS_PER_PART = 60_000;
const PARTS_LIMIT = 256;

/** `running`: steps were sent, and the last of them ends the run. `kept`: the log holds nothing new. */
export async function updateSimilarities(
  ports: UpdatePorts,
  tenant: TenantId,
  run: string,
  nowMs: number,
): Promise<"running" | "kept"> {
  const { book, logFiles, removedUsers } = ports;
  await clean(ports, tenant, nowMs);
  const open = await book.open(tenant);
  if (open !== undefined) {
    if (open.run !== run) await ports.passRun(open, nowMs);
    if (nowMs - open.startedAtMs < GIVE_UP_MS && open.resumed < RESUMED_LIMIT) {
      await resume(ports, open, run);
      return "running";
    }
    await book.abandon(open, nowMs);
  }
  const current = await book.current(tenant);
  const removed = digestOf(JSON.stringify([...(await removedUsers.of(tenant))]));
  const files = await logFiles.after(tenant, current?.plan.place ?? {});
  if (files.length === 0 && (current === undefined || current.plan.removed === removed))
    return "kept";
  const plan = planOf(current, files, removed);
  const whole = current !== undefined && plan.base === undefined;
  const steps = firstSteps(plan, whole ? await logFiles.after(tenant, {}) : files);
  const version = await book.begin(tenant, run, plan, steps, nowMs);
  await ports.send(steps.map((step) => messageOf(version, step)));
  return "running";
}

/** Adds to the current version, unless the log has outgrown its parts: then everything is read again. */
export function planOf(
  current: PublishedVersion | undefined,
  files: readonly LogFile[],
  removed: string,
): VersionPlan {
  const added = files.reduce((sum, { events }) => sum + events, 0);
  const place: Record<string, number> = { ...current?.plan.place };
  for (const { shard, seq } of files) place[shard] = Math.max(place[shard] ?? seq, seq);
  const events = (current?.plan.events ?? 0) + added;
  const parts = partsFor(events);
  const common = { place: place satisfies LogPlace, events, removed };
  if (current !== undefined && parts <= current.plan.parts)
    return { ...common, parts: current.plan.parts, base: current.version };
  return { ...common, parts };
}

function partsFor(events: number): number {
  const parts = 2 ** Math.ceil(Math.log2(Math.max(1, events / EVENTS_PER_PART)));
  return Math.min(PARTS_LIMIT, parts);
}

/** Sends again what is not done; where everything is, whoever did the last was stopped before it could go on. */
async function resume(ports: UpdatePorts, version: SimilarVersion, run: string): Promise<void> {
  const { book } = ports;
  await book.resume(version, run);
  const left = await book.unfinished(version);
  if (left.length > 0) {
    await ports.send(left.map((key) => messageOf(version, key)));
    return;
  }
  for (const phase of PHASES.toReversed()) {
    if ((await book.steps(version, phase)).length === 0) continue;
    await advance(ports, version, phase);
    return;
  }
}

async function clean(
  { book, artefacts }: Pick<SimilarPorts, "book" | "artefacts">,
  tenant: TenantId,
  nowMs: number,
): Promise<void> {
  for (const version of await book.over(tenant, nowMs - KEEP_MS)) {
    await artefacts.removeAll(objectName({ tenant, version }));
    await book.erase(tenant, version);
  }
  const current = await book.current(tenant);
  if (current !== undefined) await artefacts.removeAll(objectName(current, "work/"));
}
