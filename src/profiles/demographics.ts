/** Who a user is, as far as they said: what popularity is counted and widened by. */
import type { AgeGroup, Gender } from "../domain/demographics.ts";

export interface Demographics {
  readonly gender?: Gender;
  readonly ageGroup?: AgeGroup;
  /** A language tag such as `de-DE`. */
  readonly locale?: string;
  /** Where lists are made for: ISO 3166 alpha-2, or the tenant's own id of a place. */
  readonly country?: string;
}

/** A field that is absent stays; `null` takes it back. */
export type DemographicsChange = {
  readonly [Field in keyof Demographics]?: Demographics[Field] | null;
};

export const NO_DEMOGRAPHICS: Demographics = {};

export function withDemographics(before: Demographics, change: DemographicsChange): Demographics {
  const merged: DemographicsChange = { ...before, ...change };
  const given = Object.entries(merged).filter(([, value]) => value != null);
  return Object.fromEntries(given) as Demographics;
}
