/** What one user's feed survives, whatever the L2. */
import { it } from "vitest";
import { drain, itemName, type LiveWorker } from "../support/live-worker.ts";

const CLIENTS = 64;

export function oneUserSurvives(worker: () => LiveWorker, items: () => number): void {
  it("gives 64 clients that ask for the same user at once 64 different pages, and loses nothing", async ({
    expect,
  }) => {
    const served = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: CLIENTS }, () => worker().page("crowd", "?count=5")),
      );
      for (const { status, body } of answers) {
        expect(status).toBe(200);
        expect(body.meta.degraded).toBe(false);
        for (const video of body.videos) {
          expect(served.has(video), video).toBe(false);
          served.add(video);
        }
      }
    }
    await drain(worker(), "crowd", served);
    expect(served.size).toBe(items());
  });

  it("gives 64 clients with one Idempotency-Key one page", async ({ expect }) => {
    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, () => worker().page("retrier", "?count=20", "one attempt")),
    );
    const [first] = answers;
    for (const { body } of answers) expect(body.videos).toEqual(first?.body.videos);
    const next = await worker().page("retrier", "?count=20");
    expect(next.body.videos.some((video) => first?.body.videos.includes(video))).toBe(false);
  });

  it("scrolls on without a repeat while the pools are rebuilt, and shows what is new", async ({
    expect,
  }) => {
    const served = new Set<string>();
    const before = items();
    for (let page = 0; page < 12; page += 1) {
      if (page === 5) await worker().addItems(before, before + 300);
      const { body } = await worker().page("scroller", "?count=40");
      expect(body.videos).toHaveLength(40);
      for (const video of body.videos) {
        expect(served.has(video), video).toBe(false);
        served.add(video);
      }
    }
    await drain(worker(), "scroller", served);
    expect(served.size).toBe(before + 300);
    expect(served.has(itemName(before + 299))).toBe(true);
  });

  it("never serves again what a busy user has marked as watched", async ({ expect }) => {
    const watched = new Set<string>();
    for (let turn = 0; turn < 20; turn += 1) {
      const [{ body }, status] = await Promise.all([
        worker().page("watcher", "?count=10"),
        worker().feedback("watcher", [itemName(turn * 3), itemName(turn * 3 + 1)]),
      ]);
      expect(status).toBe(200);
      expect(body.videos.filter((video) => watched.has(video))).toEqual([]);
      watched.add(itemName(turn * 3)).add(itemName(turn * 3 + 1));
    }
  });
}
