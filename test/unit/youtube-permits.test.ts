import fc from "fast-check";
import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import { Counters } from "../../src/observability/counters.ts";
import { CircuitBreaker } from "../../src/platform/circuit-breaker.ts";
import type { Fault } from "../../src/platform/faults.ts";
import { Guard } from "../../src/platform/guard.ts";
import type { Permits } from "../../src/quota/permits.ts";
import { callGate } from "../../src/youtube/call-gate.ts";
import { youtubeClient } from "../../src/youtube/youtube-client.ts";
import { aCaller, callSettings, logLines, permitLedger } from "../support/youtube-fixture.ts";
import { type Misbehaviour, youtubeServer } from "../support/youtube-server.ts";

const youtube = youtubeServer({
  catalogue: { videos: 300, channels: 20 },
  limits: { callsPerSecond: 1e6, callsPerMinute: 1e6, searchPerDay: 1e6, unitsPerDay: 1e6 },
});

const misbehaviour = fc.constantFrom<Misbehaviour>(
  { kind: "hang" },
  { kind: "slow", ms: 1 },
  { kind: "error", status: 500 },
  { kind: "error", status: 503, retryAfterSeconds: 1 },
  { kind: "error", status: 302 },
  { kind: "not_json" },
  { kind: "other_shape" },
  { kind: "odd_items" },
  { kind: "rate_limited", status: 429 },
  { kind: "exhausted", status: 403 },
);
const fault = fc.constantFrom<Fault | undefined>(
  undefined,
  { mode: "error", rate: 1 },
  { mode: "hang", rate: 1 },
  { mode: "latency", ms: 1, rate: 1 },
);
const method = fc.constantFrom("chart", "search", "uploads", "videos");

describe("permits of YouTube calls", () => {
  it("each end once, and those that were sent are as many as YouTube has seen", async ({
    expect,
  }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(method, fc.option(misbehaviour, { nil: undefined }), fault), {
          minLength: 1,
          maxLength: 6,
        }),
        async (steps) => {
          const ends: number[] = [];
          let sent = 0;
          const permits: Permits = {
            ask() {
              const number = ends.push(0) - 1;
              const end = (calls: number) => (): void => {
                ends[number] = (ends[number] ?? 0) + 1;
                sent += calls;
              };
              const permit = { untilMs: Infinity, answered: end(1), lost: end(1), unused: end(0) };
              return { granted: true, permit };
            },
            exhausted: () => undefined,
          };
          let struck: Fault | undefined;
          const log = logLines();
          const guard = new Guard({
            name: "youtube",
            failure: { code: "YOUTUBE_UNAVAILABLE", message: "YouTube did not answer." },
            deadlineMs: 30,
            endsItself: false,
            breaker: new CircuitBreaker({ failures: 4, openMs: 5 }),
            strike: () => struck,
            counters: new Counters(),
            log,
            nowMs: Date.now,
          });
          const client = youtubeClient(
            callSettings(youtube, permits, { guard, deadlineMs: 20, log }),
          );
          const before = youtube.calls.length;
          for (const [name, how, strike] of steps) {
            struck = strike;
            youtube.behave();
            if (how !== undefined) youtube.misbehave(how);
            const caller = aCaller();
            if (name === "chart") await client.chart("US", "10", caller);
            else if (name === "search") {
              await client.search({ words: "cats", region: "US", language: "en" }, caller);
            } else if (name === "uploads") {
              await client.uploads(youtube.catalogue.channelIds[0] ?? "", caller);
            } else await client.videos([youtube.catalogue.videos[0]?.id ?? ""], caller);
          }
          expect(ends.every((count) => count === 1)).toBe(true);
          expect(sent).toBe(youtube.calls.length - before);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are not used by a call that comes back after it was given up", async ({ expect }) => {
    const permits = permitLedger();
    let late: (() => Promise<unknown>) | undefined;
    const guard: Pick<Guard, "call"> = {
      call(work) {
        late = work;
        return Promise.reject(new FailureError("YOUTUBE_UNAVAILABLE", "given up"));
      },
    };
    const client = youtubeClient(callSettings(youtube, permits, { guard }));
    await client.search({ words: "cats", region: "US", language: "en" }, aCaller());
    const calls = youtube.calls.length;
    expect(await late?.()).toEqual({ outcome: "void" });
    expect(youtube.calls).toHaveLength(calls);
    expect(permits.ends).toEqual([{ allowance: "search", end: "unused" }]);
  });

  it("are paid once for what would be answered in the same way again", async ({ expect }) => {
    const permits = permitLedger();
    const elsewhere = ["/sorry", "<!doctype html>"].map(
      (body) => new Response(body, { status: 302, headers: { Location: "/sorry" } }),
    );
    const client = youtubeClient(
      callSettings(youtube, permits, {
        fetch: () => Promise.resolve(elsewhere.pop() ?? Response.json({})),
      }),
    );
    for (const region of ["US", "CA"]) {
      expect(await client.chart(region, "17", aCaller())).toMatchObject({
        reason: "youtube_unavailable",
      });
    }
    expect(permits.ends).toHaveLength(2);
  });
});

describe("the gate of a request's calls", () => {
  it("lets the most wanted of those that wait through first", async ({ expect }) => {
    const gate = callGate(1);
    const order: number[] = [];
    const run = (rank: number) =>
      gate(rank, () => {
        order.push(rank);
        return Promise.resolve();
      });
    await Promise.all([run(9), run(3), run(1), run(2)]);
    expect(order).toEqual([9, 1, 2, 3]);
  });
});
