/** A warm-up: an answer that is made before anybody asks, by one of all who would. */
import type { UserKey } from "../users/user-store.ts";
import type { ProfileStore } from "./profile-store.ts";

export type WarmUpLeases = Pick<ProfileStore, "beginWarmUp" | "endWarmUp">;

export interface WarmUpCall {
  readonly key: UserKey;
  /** Names this call among all others. */
  readonly owner: string;
  /**
   * Makes the answer that the user would be given, and keeps it where requests look for it. It opens the profile
   * without `answerLifeMs`: a warm-up is no visit.
   */
  readonly make: () => Promise<"warmed" | "failed">;
}

/** `lost`: the answer is made, but the lease had ended, so that another one may have been made beside it. */
export type WarmUpEnd = "warmed" | "failed" | "lost";

export type BegunWarmUp =
  | { readonly begun: true; readonly finish: () => Promise<WarmUpEnd> }
  /** Somebody else is at it until then. */
  | { readonly begun: false; readonly untilMs: number };

/** Whoever has begun must finish. The lease is released whatever comes of the work; a dead holder's ends by itself. */
export async function beginWarmUp(
  leases: WarmUpLeases,
  { key, owner, make }: WarmUpCall,
): Promise<BegunWarmUp> {
  const lease = await leases.beginWarmUp(key, owner);
  if (!lease.granted) return { begun: false, untilMs: lease.untilMs };
  const finish = async (): Promise<WarmUpEnd> => {
    let outcome: "warmed" | "failed" = "failed";
    let held = false;
    try {
      outcome = await make();
    } finally {
      held = await leases.endWarmUp(key, lease.fencing, outcome);
    }
    return held ? outcome : "lost";
  };
  return { begun: true, finish };
}

/** Begins and finishes, unless somebody else is at it. Throws when the store of leases does not answer. */
export async function warmUpUser(
  leases: WarmUpLeases,
  call: WarmUpCall,
): Promise<WarmUpEnd | "busy"> {
  const warmUp = await beginWarmUp(leases, call);
  return warmUp.begun ? warmUp.finish() : "busy";
}
