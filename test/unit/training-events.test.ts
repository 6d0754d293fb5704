import { describe, it } from "vitest";
import type { TenantId } from "../../src/domain/ids.ts";
import { similarPortsOf, tellStarted } from "../../src/jobs/similar-ports.ts";
import type { SimilarVersion } from "../../src/similar/similar-version.ts";
import type { OutEvent } from "../../src/webhooks/out-event.ts";

const VERSION: SimilarVersion = {
  tenant: "acme" as TenantId,
  version: 7,
  run: "run-1",
  startedAtMs: 1_000,
  plan: { parts: 2, place: {}, events: 10, removed: "" },
  resumed: 0,
};

function aWorld(away = false) {
  const told: OutEvent[] = [];
  const finished: unknown[] = [];
  const counted: string[] = [];
  const services = {
    similar: { ports: { book: { open: async () => VERSION } } },
    jobRuns: {
      finish: async (run: unknown, result: unknown) => {
        finished.push([run, result]);
      },
    },
    out: {
      outbox: {
        emit: async (_: TenantId, event: OutEvent) => {
          if (away) throw new Error("away");
          told.push(event);
        },
      },
    },
    counters: { add: (name: string) => counted.push(name) },
  } as unknown as Parameters<typeof similarPortsOf>[0];
  return { services, told, finished, counted };
}

describe("a model that is computed in steps", () => {
  it("is told of when it begins and when it ends, under one training", async ({ expect }) => {
    const { services, told } = aWorld();
    await tellStarted(services, VERSION.tenant, 1_000);
    await similarPortsOf(services).finishRun(VERSION, { users: 3 }, 2_000);
    expect(told.map(({ type }) => type)).toEqual([
      "ModelTrainingStarted",
      "ModelTrainingCompleted",
      "JobSucceeded",
    ]);
    expect(told[0]?.data).toMatchObject({ training_id: "run-1", model_id: "similarities/7" });
    expect(told[1]?.data).toMatchObject({
      training_id: "run-1",
      status: "success",
      metrics: { users: 3 },
      artifact_path: "similar/acme/7/",
    });
  });

  it("has failed when another run takes over", async ({ expect }) => {
    const { services, told } = aWorld();
    await similarPortsOf(services).passRun(VERSION, 2_000);
    expect(told.map(({ type }) => type)).toEqual(["ModelTrainingCompleted", "JobFailed"]);
    expect(told[0]?.data).toMatchObject({ status: "failed", artifact_path: null });
  });

  it("ends although nobody can be told", async ({ expect }) => {
    const { services, finished, counted } = aWorld(true);
    await similarPortsOf(services).finishRun(VERSION, {}, 2_000);
    expect(finished.length).toBe(1);
    expect(counted).toEqual(["outbox.failed", "outbox.failed"]);
  });
});
