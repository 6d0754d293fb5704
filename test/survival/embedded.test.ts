import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { drain, type LiveWorker, startLiveWorker } from "../support/live-worker.ts";
import { oneUserSurvives } from "./one-user.ts";

describe("on Durable Objects", () => {
  let live: LiveWorker | undefined;
  let items = 2_000;
  const worker = (): LiveWorker => {
    if (live === undefined) throw new Error("not started");
    return live;
  };
  beforeAll(async () => {
    const started = await startLiveWorker({ DEFAULT_L2: "embedded" });
    await started.addItems(0, items);
    live = {
      ...started,
      async addItems(from, to) {
        await started.addItems(from, to);
        items = to;
      },
    };
  });
  afterAll(async () => {
    await live?.stop();
  });

  oneUserSurvives(worker, () => items);

  it("serves nothing again after the Worker was stopped and started", async ({ expect }) => {
    const folder = await mkdtemp(path.join(tmpdir(), "nearfeed-survival-"));
    const served = new Set<string>();
    const first = await startLiveWorker({ DEFAULT_L2: "embedded" }, folder);
    await first.addItems(0, 600);
    for (let page = 0; page < 4; page += 1) {
      const { body } = await first.page("alice", "?count=50");
      for (const video of body.videos) served.add(video);
    }
    // Behind the last answer the next page is set aside: it must come back, not be lost.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await first.stop();
    const second = await startLiveWorker({ DEFAULT_L2: "embedded" }, folder);
    const { body } = await second.page("alice", "?count=50");
    expect(body.videos.filter((video) => served.has(video))).toEqual([]);
    for (const video of body.videos) served.add(video);
    await drain(second, "alice", served, 50);
    // All but the page that is leased for 90 s to an isolate that is no more.
    expect(served.size).toBeGreaterThanOrEqual(550);
    await second.stop();
    await rm(folder, { recursive: true, force: true });
  });
});
