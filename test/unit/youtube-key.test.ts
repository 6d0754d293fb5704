import { describe, it } from "vitest";
import { youtubeKeyOf } from "../../src/youtube/youtube-key.ts";

const keys = new Map([["YOUTUBE_KEY_ACME", "acme's"]]);

describe("the key that pays", () => {
  it("is the deployment's, unless the tenant names its own or nobody's", ({ expect }) => {
    const settings = { key: "ours", keys };
    expect(youtubeKeyOf(settings, { youtube_key: "deployment" })).toEqual({
      source: "deployment",
      key: "ours",
    });
    expect(youtubeKeyOf(settings, { youtube_key: "YOUTUBE_KEY_ACME" })).toEqual({
      source: "tenant",
      key: "acme's",
    });
    expect(youtubeKeyOf(settings, { youtube_key: "none" })).toEqual({ source: "none" });
  });

  it("is nobody's where there is none of that name", ({ expect }) => {
    expect(youtubeKeyOf({ keys }, { youtube_key: "deployment" })).toEqual({ source: "none" });
    const settings = { key: "ours", keys };
    expect(youtubeKeyOf(settings, { youtube_key: "YOUTUBE_KEY_OTHER" })).toEqual({
      source: "none",
    });
  });
});
