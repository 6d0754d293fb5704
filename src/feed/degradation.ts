/**
 * THE ladder: what a user gets when something fails, as data. The feed always answers, from the highest step that can
 * be had. `scripts/check-docs.ts` renders this as the tables of `docs/architecture.md`.
 *
 * On every step the page keeps the tenant's policy: excluded items and tags, maturity, stock and geography.
 */
import type { Counters } from "../observability/counters.ts";

export interface Step {
  readonly name: string;
  readonly taken: string;
  readonly keeps: string;
  /** What `meta.cache` of `/recommend` says. */
  readonly cache: string;
  /** What `feed_type` of `/v1/feed` says. */
  readonly feedType: string;
  /** Counts the pages that were served from this step. */
  readonly counter: string;
}

const step = <Name extends string>(name: Name, facts: Omit<Step, "name" | "counter">) =>
  ({ name, ...facts, counter: `step.${name}` }) as const satisfies Step;

/** From the best page to the poorest. */
export const STEPS = [
  step("fresh", {
    taken: "user state answers, and so does all that the items depend on",
    keeps: "everything: history, mix, ranking, policy filters",
    cache: "`l1`, `l2`",
    feedType: "`personalized`, `cold_start`",
  }),
  step("stale", {
    taken: "user state answers; pools or tenant record are older than they should be",
    keeps: "history, mix, ranking; policy filters as last known",
    cache: "`l1`, `l2`",
    feedType: "`personalized`, `cold_start`",
  }),
  step("default_list", {
    taken: "user state does not answer, or is not asked because its circuit is open",
    keeps: "mix, policy filters, and no repeats within the outage",
    cache: "`replica`",
    feedType: "`fallback`; behind a cursor the type of its slate",
  }),
  step("static_list", {
    taken: "the pools do not answer, and no replica of them is held",
    keeps: "policy filters; the order is that of the last copy",
    cache: "`static`",
    feedType: "`fallback`",
  }),
] as const;

export type StepName = (typeof STEPS)[number]["name"];

export interface Reason {
  readonly reason: string;
  readonly step: StepName;
  readonly fails: string;
  /** The page of `/recommend`. */
  readonly recommend: string;
  /** The page of `/v1/feed`. */
  readonly feed: string;
}

/** The values of `meta.degraded_reason`. */
export const REASONS = [
  {
    reason: "user_state_unavailable",
    step: "default_list",
    fails: "user state does not answer within its deadline, or its circuit is open",
    recommend: "a page cut from the pool replica, at a place of its own",
    feed: "the default list, ranked; behind a cursor the rest of its slate. On both, its items cool down once user state is back",
  },
  {
    reason: "pools_stale",
    step: "stale",
    fails: "the pool store does not answer",
    recommend: "the page, named by the newest replica: memory, Cache API, KV",
    feed: "the same, ranked by the facts of that replica",
  },
  {
    reason: "registry_stale",
    step: "stale",
    fails: "the registry does not answer, and the tenant's record is older than it should be",
    recommend: "the page that the last known record asks for: memory, KV",
    feed: "the same",
  },
  {
    reason: "metadata_unavailable",
    step: "fresh",
    fails: "the catalogue does not answer, and metadata of an item is not in memory",
    recommend: "the same items without the missing fields",
    feed: "the same items with `null` for the missing fields",
  },
  {
    reason: "limits_unavailable",
    step: "fresh",
    fails: "the store of rate limits does not answer",
    recommend: "the same page, counted by this isolate alone",
    feed: "the same",
  },
  {
    reason: "static_list",
    step: "static_list",
    fails: "the pool store does not answer, and no replica is held",
    recommend: "a page of the last list that was left for the tenant",
    feed: "that list, ranked",
  },
  {
    reason: "no_pools",
    step: "static_list",
    fails: "the tenant has no pools yet, or neither they nor a copy can be had",
    recommend: "an empty page",
    feed: "an empty page",
  },
] as const satisfies readonly Reason[];

export type DegradedReason = (typeof REASONS)[number]["reason"];

const COUNTERS_OF_REASON = new Map<
  DegradedReason,
  { readonly reason: string; readonly step: string }
>(
  REASONS.map((row) => [
    row.reason,
    { reason: `degraded.${row.reason}`, step: `step.${row.step}` },
  ]),
);

/** Counts a page under its step and, when it is degraded, under its reason. */
export function countPage(counters: Counters, reason: DegradedReason | undefined): void {
  const names = reason === undefined ? undefined : COUNTERS_OF_REASON.get(reason);
  counters.add(names?.step ?? "step.fresh");
  if (names !== undefined) counters.add(names.reason);
}
