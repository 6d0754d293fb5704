/** A user's profile, for routes that show it: what is not known is not made up. */
import { FailureError } from "../domain/failure.ts";
import type { UserId } from "../domain/ids.ts";
import type { KnownProfile } from "../profiles/known-profile.ts";
import type { Call } from "./context.ts";
import type { Made } from "./meta.ts";

export async function knownProfile(
  { services, tenant, startedMs }: Call,
  user: UserId,
): Promise<KnownProfile> {
  const key = { tenant: tenant.id, user };
  const { profiles } = services;
  const seen = await profiles.open(key, { nowMs: startedMs });
  const known = await profiles.profile(key, seen, startedMs);
  if (known.state !== "missing") return known;
  throw new FailureError("PROFILES_UNAVAILABLE", "The store of profiles did not answer.");
}

/** What made an answer that is a profile, or part of one. */
export const madeOf = (algorithm: string, { state }: Pick<KnownProfile, "state">): Made => ({
  algorithm,
  poolsVersion: 0,
  cache: state === "current" ? "l2" : "l1",
  ...(state === "current" ? {} : { degraded: "profile_stale" }),
});
