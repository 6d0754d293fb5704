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
  /** The answer of `/api/v1/video/…`. */
  readonly videos: string;
}

/** The values of `meta.degraded_reason`. */
export const REASONS = [
  {
    reason: "user_state_unavailable",
    step: "default_list",
    fails: "user state does not answer within its deadline, or its circuit is open",
    recommend: "a page cut from the pool replica, at a place of its own",
    feed: "the default list, ranked; behind a cursor the rest of its slate. On both, its items cool down once user state is back",
    videos: "the same answer without what other surfaces know as watched; not kept",
  },
  {
    reason: "pools_stale",
    step: "stale",
    fails: "the pool store does not answer",
    recommend: "the page, named by the newest replica: memory, Cache API, KV",
    feed: "the same, ranked by the facts of that replica",
    videos: "where it is made of the catalogue: by the newest replica; not kept",
  },
  {
    reason: "registry_stale",
    step: "stale",
    fails: "the registry does not answer, and the tenant's record is older than it should be",
    recommend: "the page that the last known record asks for: memory, KV",
    feed: "the same",
    videos: "the same",
  },
  {
    reason: "metadata_unavailable",
    step: "fresh",
    fails: "the catalogue does not answer, and metadata of an item is not in memory",
    recommend: "the same items without the missing fields",
    feed: "the same items with `null` for the missing fields",
    videos: "where it is made of the catalogue: the videos whose metadata is in memory; not kept",
  },
  {
    reason: "limits_unavailable",
    step: "fresh",
    fails: "the store of rate limits does not answer",
    recommend: "the same page, counted by this isolate alone",
    feed: "the same",
    videos: "the same",
  },
  {
    reason: "static_list",
    step: "static_list",
    fails: "the pool store does not answer, and no replica is held",
    recommend: "a page of the last list that was left for the tenant",
    feed: "that list, ranked",
    videos: "where it is made of the catalogue: videos of that list; not kept",
  },
  {
    reason: "no_pools",
    step: "static_list",
    fails: "the tenant has no pools yet, or neither they nor a copy can be had",
    recommend: "an empty page",
    feed: "an empty page",
    videos: "where it is made of the catalogue: an empty answer",
  },
  {
    reason: "profiles_unavailable",
    step: "stale",
    fails: "the store of profiles does not answer",
    recommend: "the same",
    feed: "of a user whose deeds it holds: ranked by the last known profile, or by what was watched alone",
    videos: "by the last known profile, or for a balanced personality without a history; not kept",
  },
  {
    reason: "quota_exhausted",
    step: "stale",
    fails: "no list is kept, and YouTube's quota, or the share of this user or tenant, is spent",
    recommend: "the same",
    feed: "the same",
    videos: "the tenant's catalogue; `retry_after` says when there are tokens again",
  },
  {
    reason: "youtube_unavailable",
    step: "stale",
    fails: "no list is kept, and YouTube or the keeper of its quota does not answer",
    recommend: "the same",
    feed: "the same",
    videos: "the tenant's catalogue; kept for 30 s",
  },
  {
    reason: "videos_pending",
    step: "stale",
    fails: "no list is kept; the first ones are being fetched behind the answer",
    recommend: "the same",
    feed: "the same",
    videos: "the tenant's catalogue; kept for 30 s",
  },
  {
    reason: "answer_stale",
    step: "stale",
    fails: "a newer answer cannot be made, for one of the reasons above",
    recommend: "the same",
    feed: "the same",
    videos: "the last good answer, for 2 h",
  },
] as const satisfies readonly Reason[];

export type DegradedReason = (typeof REASONS)[number]["reason"];

const RANK_OF_REASON = new Map<DegradedReason, number>(
  REASONS.map(({ reason, step: of }) => [reason, STEPS.findIndex(({ name }) => name === of)]),
);

/** The one of the lower step, which says most of an answer; of the same step the first. */
export function lowerReason(
  one: DegradedReason | undefined,
  other: DegradedReason | undefined,
): DegradedReason | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return (RANK_OF_REASON.get(other) ?? 0) > (RANK_OF_REASON.get(one) ?? 0) ? other : one;
}

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
