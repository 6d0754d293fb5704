/** Tells a user's profile that something outside it has changed, so that answers kept under its version end. */
import { isOutage } from "../domain/failure.ts";
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import type { UserKey } from "../users/user-store.ts";

/** `nobody`: there is no profile. Without the store of profiles kept answers end by their age alone: what changed is recorded all the same. */
export async function touchProfile(
  profiles: Pick<BelievedProfiles, "apply">,
  key: UserKey,
): Promise<"touched" | "nobody" | "unavailable"> {
  try {
    const { revision, revisionBefore } = await profiles.apply(key, { kind: "touch" });
    return revision === revisionBefore ? "nobody" : "touched";
  } catch (error) {
    // Counted by the guard of the store.
    if (!isOutage(error)) throw error;
    return "unavailable";
  }
}
