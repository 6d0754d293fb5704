import { describe, it } from "vitest";
import type { FeedCall } from "../../src/feed/feed-call.ts";
import { rankedFeed } from "../../src/feed/ranked-feed.ts";
import type { RankedRequest } from "../../src/feed/ranked-state.ts";
import { stillGood, tagOf } from "../../src/feed/revalidation.ts";
import { Signer } from "../../src/platform/signing.ts";
import { aFeedOf, FEED_NOW_MS, type FeedFixture, someItems } from "../support/feed-fixture.ts";

const signer = new Signer("a secret of this test");
const VERSIONS = { tenant: 1, deployment: 0, withdrawn: "" };

const requestOf = (feed: FeedFixture, changes: Partial<FeedCall> = {}): RankedRequest => ({
  ...feed.call("ana", { country: () => "AT", ...changes }),
  limit: 10,
  explained: false,
});

async function aHeldTag(feed: FeedFixture): Promise<string> {
  const request = requestOf(feed);
  const page = await rankedFeed(request, signer);
  return tagOf(request, VERSIONS, { page, cards: [], degraded: page.degraded });
}

describe("a personal page that a client holds", () => {
  it("is good for 30 s", async ({ expect }) => {
    const feed = await aFeedOf(someItems(100));
    const tag = await aHeldTag(feed);
    const later = requestOf(feed, { nowMs: FEED_NOW_MS + 29_000 });
    expect(await stillGood(later, VERSIONS, [tag])).toEqual({ tag, kind: "cold_start" });
    const tooLate = requestOf(feed, { nowMs: FEED_NOW_MS + 30_000 });
    expect(await stillGood(tooLate, VERSIONS, [tag])).toBeUndefined();
  });

  it("is no longer good in another country, or under another record", async ({ expect }) => {
    const feed = await aFeedOf(
      someItems(100, (rank) => (rank === 7 ? { blockedCountries: ["US"] } : {})),
    );
    const tag = await aHeldTag(feed);
    expect(
      await stillGood(requestOf(feed, { country: () => "DE" }), VERSIONS, [tag]),
    ).toBeUndefined();
    for (const changed of [{ tenant: 2 }, { deployment: 1 }, { withdrawn: "a" }]) {
      const versions = { ...VERSIONS, ...changed };
      expect(await stillGood(requestOf(feed), versions, [tag])).toBeUndefined();
    }
  });

  it("is never good when it was degraded", async ({ expect }) => {
    const feed = await aFeedOf(someItems(100));
    const request = requestOf(feed);
    const page = await rankedFeed(request, signer);
    const tag = tagOf(request, VERSIONS, { page, cards: [], degraded: "metadata_unavailable" });
    expect(await stillGood(request, VERSIONS, [tag])).toBeUndefined();
  });
});
