import fc from "fast-check";
import { describe, it } from "vitest";
import type { TenantId } from "../../src/domain/ids.ts";
import { modelTrainingCompleted, modelTrainingStarted } from "../../src/webhooks/out-event.ts";
import { ATTEMPTS, delaySeconds, disabledReason } from "../../src/webhooks/retry-plan.ts";
import { signedHeaders } from "../../src/webhooks/signature.ts";
import { targetFault } from "../../src/webhooks/target-url.ts";
import { QUEUE_URL } from "../../src/webhooks/webhook.ts";

const START = Date.parse("2026-05-20T12:00:00Z");
const occasion = { tenant: "acme" as TenantId, id: "event-1", nowMs: START };

describe("the signature", () => {
  it("is that of Standard Webhooks' own example", async ({ expect }) => {
    // From the specification's reference libraries.
    const headers = await signedHeaders(
      { secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
      {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        nowMs: 1_614_265_330_000,
        body: '{"test": 2432232314}',
      },
    );
    expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });
});

describe("the retry plan", () => {
  it("waits longer each time, within a fifth of the plan and what a Queue can delay", ({
    expect,
  }) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: ATTEMPTS - 1 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, random) => {
          const planned = delaySeconds(attempt, 0.5) ?? 0;
          const delay = delaySeconds(attempt, random) ?? 0;
          expect(delay).toBeGreaterThanOrEqual(Math.floor(planned * 0.8));
          expect(delay).toBeLessThanOrEqual(Math.min(43_200, Math.ceil(planned * 1.2) + 1));
        },
      ),
    );
    expect(delaySeconds(1, 0.5)).toBe(5);
    expect(delaySeconds(ATTEMPTS, 0.5)).toBeUndefined();
  });

  it("believes a receiver that wants to be left alone for longer", ({ expect }) => {
    expect(delaySeconds(1, 0.5, 600)).toBe(600);
    expect(delaySeconds(3, 0.5, 1)).toBe(1_800);
    expect(delaySeconds(1, 0.5, 999_999)).toBe(43_200);
  });

  it("disables after fifty events given up in a row", ({ expect }) => {
    expect(disabledReason({ givenUp: 49, failingSinceMs: START }, 500, START)).toBeUndefined();
    expect(disabledReason({ givenUp: 50, failingSinceMs: START }, 500, START)).toContain("50");
  });
});

describe("targets", () => {
  const strict = { allowLocalHttp: false };
  it.for([
    "http://example.com/hook",
    "https://user:pass@example.com/",
    "https://localhost/",
    "https://api.internal/",
    "https://intranet/",
    "https://127.0.0.1/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://10.1.2.3/",
    "https://172.20.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2001:db8::1]/",
    "https://localhost./",
    "ftp://example.com/",
    "queue:other",
    "not a url",
  ])("are not %s", (url, { expect }) => {
    expect(targetFault(url, strict)).toBeDefined();
  });

  it.for([
    "https://example.com/hook",
    "https://8.8.8.8/",
    "https://172.32.0.1/",
    "https://[2606:4700::1111]/",
    QUEUE_URL,
  ])("may be %s", (url, { expect }) => {
    expect(targetFault(url, strict)).toBeUndefined();
  });

  it("may be this machine where the deployment is a demo, and private networks nowhere", ({
    expect,
  }) => {
    const open = { allowLocalHttp: true };
    expect(targetFault("http://127.0.0.1:8080/hook", open)).toBeUndefined();
    expect(targetFault("http://example.com/", open)).toBeUndefined();
    expect(targetFault("http://10.0.0.1/", open)).toBeDefined();
  });
});

describe("training events", () => {
  it("have system B's payloads", ({ expect }) => {
    const training = { modelId: "similar/7", trainingId: "run-1" };
    expect(modelTrainingStarted(occasion, training, "collaborative", { top: 20 }).data).toEqual({
      model_id: "similar/7",
      model_type: "collaborative",
      training_id: "run-1",
      start_time: "2026-05-20T12:00:00.000Z",
      parameters: { top: 20 },
    });
    expect(
      modelTrainingCompleted(occasion, training, "success", { pairs: 3 }, "similar/acme/7").data,
    ).toEqual({
      model_id: "similar/7",
      training_id: "run-1",
      status: "success",
      metrics: { pairs: 3 },
      artifact_path: "similar/acme/7",
      completion_time: "2026-05-20T12:00:00.000Z",
    });
  });
});
