import { describe, it } from "vitest";
import { youtubeVars } from "../../scripts/start/youtube-vars.ts";

describe("environment of npm start", () => {
  it("passes on what it says of YouTube and nothing else", ({ expect }) => {
    const given = {
      YOUTUBE_API_KEY: "a-key",
      YOUTUBE_LIMITS: '{"search_per_day":5}',
      YOUTUBE_BASE_URL: "",
      PATH: "/bin",
    };
    expect(youtubeVars(given)).toEqual({
      YOUTUBE_API_KEY: "a-key",
      YOUTUBE_LIMITS: '{"search_per_day":5}',
    });
  });
});
