/** Feedback on a video: teaches the user's profile; what was watched leaves every other surface, too. */
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import type { AppliedChange, Feedback } from "../profiles/profile-store.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type { UserKey, UserStore } from "../users/user-store.ts";
import { recordFeedback } from "./feedback.ts";
import type { LeasedPages } from "./leased-pages.ts";

export interface VideoFeedbackPorts {
  readonly users: UserStore;
  readonly leasedPages: LeasedPages;
  readonly profiles: Pick<BelievedProfiles, "apply">;
}

/** The mark comes first: it may be repeated when the profile does not answer, and a lesson may not. */
export async function recordVideoFeedback(
  ports: VideoFeedbackPorts,
  key: UserKey,
  feedback: Feedback,
  policy: UserPolicy,
): Promise<AppliedChange> {
  if (feedback.type === "watch") {
    const items = [feedback.video];
    await recordFeedback(ports, { key, items, permanent: true, policy, nowMs: feedback.atMs });
  }
  return ports.profiles.apply(key, { kind: "feedback", feedback });
}
