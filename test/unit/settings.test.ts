import { describe, it } from "vitest";
import { type Bindings, parseSettings } from "../../src/env.ts";

const SIGNING_KEY = "signing-key-of-tests-0123456789ab";

/** Settings read variables only. */
const settingsOf = (vars: Partial<Bindings>) => parseSettings({ SIGNING_KEY, ...vars } as Bindings);

describe("settings", () => {
  it("have no faults unless they are allowed", ({ expect }) => {
    expect(settingsOf({}).faults).toBeUndefined();
    expect(settingsOf({ ALLOW_FAULTS: "false", FAULTS: "" }).faults).toBeUndefined();
    expect(settingsOf({ ALLOW_FAULTS: "true" }).faults).toEqual({});
  });

  it("read faults, each with a rate", ({ expect }) => {
    const FAULTS = `{"l2":{"mode":"latency","ms":500},"catalogue":{"mode":"hang","rate":0.5}}`;
    expect(settingsOf({ ALLOW_FAULTS: "true", FAULTS }).faults).toEqual({
      l2: { mode: "latency", ms: 500, rate: 1 },
      catalogue: { mode: "hang", rate: 0.5 },
    });
  });

  it("want a secret that signs cursors, but for a demo", ({ expect }) => {
    const start = (vars: Partial<Bindings>) => () => settingsOf({ SIGNING_KEY: "", ...vars });
    expect(start({})).toThrow("SIGNING_KEY is needed unless DEFAULT_AUTH is open");
    expect(start({ SIGNING_KEY: "too-short" })).toThrow("SIGNING_KEY");
    expect(start({ DEFAULT_AUTH: "open" })).not.toThrow();
  });

  it("refuse to start with faults that are not allowed", ({ expect }) => {
    const FAULTS = `{"l2":{"mode":"error"}}`;
    expect(() => settingsOf({ FAULTS })).toThrow("FAULTS is refused unless ALLOW_FAULTS is true");
  });

  it("refuse faults that nobody could play", ({ expect }) => {
    const start = (FAULTS: string) => () => settingsOf({ ALLOW_FAULTS: "true", FAULTS });
    expect(start("{l2")).toThrow("FAULTS must be JSON");
    expect(start(`{"disk":{"mode":"error"}}`)).toThrow("FAULTS");
    expect(start(`{"l2":{"mode":"explode"}}`)).toThrow("FAULTS.l2");
    expect(start(`{"l2":{"mode":"latency"}}`)).toThrow("FAULTS.l2.ms");
    expect(start(`{"l2":{"mode":"error","rate":0}}`)).toThrow("FAULTS.l2.rate");
  });

  it("give every dependency a deadline, and let single ones be changed", ({ expect }) => {
    const { deadlinesMs } = settingsOf({ L2_DEADLINE_MS: "200", DEADLINES_MS: `{"limits":20}` });
    expect(deadlinesMs).toEqual({
      l2: 200,
      pools: 200,
      registry: 1_500,
      catalogue: 1_000,
      copies: 1_500,
      limits: 20,
      profiles: 500,
      quota: 300,
      youtube: 2_500,
    });
  });
});
