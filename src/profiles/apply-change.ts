/** What a change makes of a profile. Pure: the same profile and change give the same profile anywhere. */
import { applyEvents, applyFeedback } from "./apply-deeds.ts";
import { withDemographics } from "./demographics.ts";
import { type Profile, TRAITS } from "./profile.ts";
import type { ProfileChange, Taught } from "./profile-store.ts";

export interface ChangedProfile {
  /** The same object when there is nothing new in the change. */
  readonly profile: Profile;
  readonly taught?: Taught;
}

export function applyChange(profile: Profile, change: ProfileChange): ChangedProfile {
  switch (change.kind) {
    case "touch":
      return { profile };
    case "personality": {
      const { personality, assumed = [] } = change;
      for (const trait of TRAITS) assertTrait(personality[trait]);
      const { assumed: _, ...rest } = profile;
      return {
        profile: { ...rest, personality, ...(assumed.length === 0 ? {} : { assumed }) },
      };
    }
    case "feedback":
      return applyFeedback(profile, change.feedback);
    case "events":
      return { profile: applyEvents(profile, change.events) };
    case "demographics":
      return {
        profile: {
          ...profile,
          demographics: withDemographics(profile.demographics, change.demographics),
        },
      };
    case "likes": {
      const { summary } = change;
      // As JSON, whose fields `summaryOf` writes in one order.
      if (JSON.stringify(summary) === JSON.stringify(profile.taste.likes)) return { profile };
      return { profile: { ...profile, taste: { ...profile.taste, likes: summary } } };
    }
  }
}

/** Whole numbers from 0 to 100; whoever takes them from a client has checked them before. */
function assertTrait(value: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= 100) return;
  throw new RangeError("a trait is a whole number from 0 to 100");
}
