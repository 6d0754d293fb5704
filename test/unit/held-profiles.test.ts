import { describe, it } from "vitest";
import { HeldProfiles } from "../../src/profiles/held-profiles.ts";
import { aProfile, shownVideos } from "../support/profile-builders.ts";

describe("profiles in memory", () => {
  it("give way by what they weigh, those first that were not asked for the longest", ({
    expect,
  }) => {
    const held = new HeldProfiles(2_500);
    const profile = aProfile();
    const one = { version: 1, revision: 1, profile, sent: true };
    held.keep("a", one);
    held.keep("b", one);
    held.find("a");
    held.keep("c", one);
    expect(["a", "b", "c"].filter((name) => held.find(name) !== undefined)).toEqual(["a", "c"]);
    held.keep("a", { ...one, profile: aProfile({ shown: shownVideos(100) }) });
    expect(["a", "b", "c"].filter((name) => held.find(name) !== undefined)).toEqual([]);
  });
});
