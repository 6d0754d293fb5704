/**
 * Feedback on a video: teaches the user's profile as an event of its type does; what was watched or disliked leaves every
 * other surface, too.
 */
import type { Metadata } from "../catalogue/catalogue.ts";
import type { UserEvent } from "../events/user-event.ts";
import type { Weighed } from "../events/weights.ts";
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import { completionOf } from "../profiles/learned-values.ts";
import type { Feedback, Taught } from "../profiles/profile-store.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type { UserKey } from "../users/user-store.ts";
import { type MarkPorts, markDeeds } from "./mark-deeds.ts";
import { lengthOf, tastedItem } from "./tasted-item.ts";

export interface VideoFeedbackPorts extends MarkPorts {
  readonly profiles: Pick<BelievedProfiles, "apply">;
  /** What the catalogue knows of the video; undefined where that cannot be had. */
  readonly itemOf: () => Promise<Metadata | undefined>;
  readonly weightOf: (deed: Weighed) => number;
}

export interface RecordedFeedback {
  /** Absent when nothing was learned: it was recorded before, or nothing is known of the video. */
  readonly taught?: Taught;
  /** For the log. */
  readonly event: UserEvent;
}

/** The mark comes first: it may be repeated when the profile does not answer, and a lesson without an id may not. */
export async function recordVideoFeedback(
  ports: VideoFeedbackPorts,
  key: UserKey,
  feedback: Feedback & { readonly id: string },
  policy: UserPolicy,
): Promise<RecordedFeedback> {
  const { id, type, video: item, atMs, watchSeconds } = feedback;
  const metadata = await ports.itemOf();
  const totalSeconds = feedback.totalSeconds ?? lengthOf(metadata);
  const share = completionOf(watchSeconds, totalSeconds);
  await markDeeds(ports, [{ key, deeds: [{ type, item, share }] }], { policy, nowMs: atMs });
  const weight = ports.weightOf({
    type,
    ...(watchSeconds === undefined ? {} : { watchedSeconds: watchSeconds }),
    ...(totalSeconds === undefined ? {} : { totalSeconds }),
  });
  const { taught } = await ports.profiles.apply(key, {
    kind: "feedback",
    feedback: {
      ...feedback,
      ...(totalSeconds === undefined ? {} : { totalSeconds }),
      weight,
      ...(metadata === undefined ? {} : { facts: tastedItem(metadata) }),
    },
  });
  const seen = type === "watch" && watchSeconds !== undefined;
  return {
    ...(taught === undefined ? {} : { taught }),
    event: {
      id,
      type,
      user: key.user,
      item,
      atMs,
      ...(seen ? { watchedSeconds: watchSeconds } : {}),
      ...(seen && totalSeconds !== undefined && totalSeconds > 0 ? { totalSeconds } : {}),
      applied: true,
    },
  };
}
