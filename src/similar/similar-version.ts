/** One computation over the log: a version, made by steps in phases, and what the next one starts from. */
import type { TenantId } from "../domain/ids.ts";
import type { LogPlace } from "./log-files.ts";

export interface VersionPlan {
  /** The log is cut by user into so many parts; a power of two. */
  readonly parts: number;
  /** The version whose pairs it adds to; absent: the whole log is read. */
  readonly base?: number;
  /** Where the log was read up to. */
  readonly place: LogPlace;
  /** Events read so far, of all versions since the last whole reading. */
  readonly events: number;
  /** Digest of who was removed. */
  readonly removed: string;
}

export interface VersionFacts {
  readonly interactions: number;
  /** Who like anything that is counted. */
  readonly users: number;
  /** Who said or did anything that counts, whether they like it or not. */
  readonly profiles: number;
  /** Of them those with one or two likes, too few for what goes together. */
  readonly content: number;
  readonly items: number;
  /** Neighbours an item has at most. */
  readonly neighbours: number;
  /** Objects that hold the users' lists; a power of two. */
  readonly blocks: number;
}

export interface SimilarVersion {
  readonly tenant: TenantId;
  readonly version: number;
  /** Of the job record that waits for it. */
  readonly run: string;
  readonly startedAtMs: number;
  readonly plan: VersionPlan;
  /** How often a later run took it up again. */
  readonly resumed: number;
}

export interface PublishedVersion extends SimilarVersion {
  readonly publishedAtMs: number;
  readonly facts: VersionFacts;
}

/** In the order in which they run; the steps of one phase run side by side, in any order, as often as delivered. */
export const PHASES = ["split", "fold", "number", "rows", "plan", "compute", "publish"] as const;
export type Phase = (typeof PHASES)[number];

export interface StepKey {
  readonly phase: Phase;
  readonly index: number;
}

export interface Step extends StepKey {
  /** What it is to do, as its phase writes it. */
  readonly spec: unknown;
  /** What came of it; undefined until it is done. */
  readonly result?: unknown;
}

/** Of all versions of a tenant: what is asked when a user is to be gone from every one. */
export const versionsPrefix = (tenant: string): string => `similar/${tenant}/`;

/** Of one version; everything below `work/` goes when it is published. */
export const objectName = (
  { tenant, version }: Pick<SimilarVersion, "tenant" | "version">,
  name = "",
): string => `${versionsPrefix(tenant)}${version}/${name}`;

/** The place of a hash of 32 bits among `count` equal ranges. */
export const rangeOfHash = (hash: number, count: number): number =>
  Math.floor((hash / 2 ** 32) * count);
