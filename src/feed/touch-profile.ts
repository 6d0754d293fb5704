/** Tells a user's profile that something outside it has changed, so that answers kept under its version end. */
import { isOutage } from "../domain/failure.ts";
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import type { UserKey } from "../users/user-store.ts";

/** Without the store of profiles kept answers end by their age alone: what changed is recorded all the same. */
export async function touchProfile(
  profiles: Pick<BelievedProfiles, "apply">,
  key: UserKey,
): Promise<void> {
  try {
    await profiles.apply(key, { kind: "touch" });
  } catch (error) {
    // Counted by the guard of the store.
    if (!isOutage(error)) throw error;
  }
}
