import { afterAll, beforeAll, describe, it } from "vitest";
import { bootFaulty, type FaultyWorker } from "../../scripts/faults/boot-faulty.ts";
import {
  coldStarts,
  type Played,
  playColdStarts,
  playFaults,
  type Scenario,
} from "../../scripts/faults/play-faults.ts";
import type { Tally } from "../../scripts/faults/steady-load.ts";
import { SURFACES, type Surface } from "../../scripts/faults/visit.ts";

/** With 24,000 items an isolate does not remember the metadata of all: the catalogue is asked until the end. */
const ITEMS = 24_000;
const COLD_SECONDS = 2;

const VIDEOS: readonly Surface[] = ["/video", "/video trending"];
const PAGES = SURFACES.filter((surface) => !VIDEOS.includes(surface));
/** Lists of videos that nobody has yet are waited for, and on a busy machine not long enough. */
const PENDING = "videos_pending";

const SCENARIOS: readonly Scenario[] = [
  // The first requests of all are the slowest: on a busy machine a second of them is one.
  { name: "all is well", faults: {}, seconds: 4 },
  { name: "catalogue error", faults: { catalogue: { mode: "error", rate: 1 } }, seconds: 3 },
  { name: "l2 hang", faults: { l2: { mode: "hang", rate: 1 } }, seconds: 3 },
  { name: "limits hang", faults: { limits: { mode: "hang", rate: 1 } }, seconds: 2 },
  { name: "profiles hang", faults: { profiles: { mode: "hang", rate: 1 } }, seconds: 2 },
  { name: "quota hang", faults: { quota: { mode: "hang", rate: 1 } }, seconds: 2 },
  { name: "youtube hang", faults: { youtube: { mode: "hang", rate: 1 } }, seconds: 2 },
  // Long enough for the tenant's record to be asked for more than once.
  { name: "registry hang", faults: { registry: { mode: "hang", rate: 1 } }, seconds: 6 },
];

describe("a Worker whose dependencies fail under load", () => {
  let worker: FaultyWorker | undefined;
  let warm: readonly Played[] = [];
  let cold: readonly Played[] = [];

  const phase = (name: string): Played => {
    const found = [...warm, ...cold].find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} was not played`);
    return found;
  };
  const tallyOf = (name: string, surface: Surface): Tally => {
    const tally = phase(name).tallies.get(surface);
    if (tally === undefined) throw new Error(`${surface} was not asked during ${name}`);
    return tally;
  };
  /** The reasons that the answers of a surface named; `none` for those that named none. */
  const reasonsOf = (name: string, surface: Surface): readonly string[] => [
    ...new Set(
      [...tallyOf(name, surface).labels.keys()].map((label) => label.split(":")[1] ?? "none"),
    ),
  ];

  beforeAll(async () => {
    worker = await bootFaulty({ items: ITEMS });
    const options = { worker, users: 200, clients: 16 };
    warm = await playFaults(options, SCENARIOS);
    cold = await playColdStarts(options, coldStarts(COLD_SECONDS));
  });
  afterAll(async () => {
    await worker?.stop();
  });

  it("answers every request of every surface with 200", ({ expect }) => {
    expect(warm).toHaveLength(15);
    expect(cold).toHaveLength(4);
    for (const { name, tallies } of [...warm, ...cold]) {
      expect([...tallies.keys()].toSorted(), name).toEqual(SURFACES.toSorted());
      for (const [surface, tally] of tallies) {
        expect(Object.fromEntries(tally.failures), `${name} on ${surface}`).toEqual({});
        expect(tally.answered, `${name} on ${surface}`).toBe(tally.requests);
      }
    }
  });

  it("labels no page while all is well", ({ expect }) => {
    for (const surface of PAGES) {
      expect(reasonsOf("all is well", surface), surface).toEqual(["none"]);
    }
    for (const surface of VIDEOS) {
      expect(["none", PENDING], surface).toEqual(
        expect.arrayContaining([...reasonsOf("all is well", surface)]),
      );
    }
  });

  it("opens the circuit of user state that hangs, and labels every page", ({ expect }) => {
    expect(phase("l2 hang").circuits).toContain("l2_embedded open");
    for (const surface of PAGES) {
      expect(reasonsOf("l2 hang", surface), surface).toEqual(["user_state_unavailable"]);
    }
    for (const surface of VIDEOS) {
      expect(reasonsOf("l2 hang", surface), surface).toContain("user_state_unavailable");
      expect(reasonsOf("l2 hang", surface), surface).not.toContain("none");
    }
  });

  it("labels videos alone while the store of profiles hangs", ({ expect }) => {
    expect(phase("profiles hang").circuits).toContain("profiles open");
    for (const surface of PAGES) {
      expect(reasonsOf("profiles hang", surface), surface).not.toContain("profiles_unavailable");
    }
    expect(reasonsOf("profiles hang", "/video")).toContain("profiles_unavailable");
    expect(reasonsOf("profiles hang", "/video")).not.toContain("none");
  });

  it("goes on with the lists that there are while YouTube, or the keeper of its quota, hangs", ({
    expect,
  }) => {
    for (const dependency of ["quota", "youtube"]) {
      const name = `${dependency} hang`;
      expect(phase(name).circuits).toContain(`${dependency} open`);
      for (const surface of [...PAGES, "/video"] as const) {
        const reasons = reasonsOf(name, surface);
        expect(reasons, `${name} on ${surface}`).not.toContain("youtube_unavailable");
      }
      // Of regions that nobody asked for before.
      expect(reasonsOf(name, "/video trending")).toContain("youtube_unavailable");
    }
  });

  it("labels pages without metadata while the catalogue fails", ({ expect }) => {
    expect(phase("catalogue error").circuits).toContain("catalogue open");
    expect(reasonsOf("catalogue error", "/recommend")).toContain("metadata_unavailable");
  });

  it("lets requests pass uncounted, and says so, while the counter of limits hangs", ({
    expect,
  }) => {
    expect(reasonsOf("limits hang", "/recommend")).toContain("limits_unavailable");
  });

  it("serves on what it knows of a tenant while the registry hangs", ({ expect }) => {
    for (const surface of PAGES) {
      const reasons = reasonsOf("registry hang", surface);
      expect(reasons, surface).toContain("registry_stale");
      expect(reasons, surface).not.toContain("user_state_unavailable");
    }
  });

  it("starts in the middle of an outage on what lies in KV", ({ expect }) => {
    for (const surface of VIDEOS) {
      expect(reasonsOf("cold, registry hang", surface), surface).not.toContain("none");
      expect(reasonsOf("cold, only KV answers", surface), surface).not.toContain("none");
      expect(reasonsOf("cold, a static list only", surface), surface).not.toContain("none");
    }
    for (const surface of PAGES) {
      expect(reasonsOf("cold, registry hang", surface), surface).toEqual(["registry_stale"]);
      expect(reasonsOf("cold, a static list only", surface), surface).toEqual(["static_list"]);
      // The static list stands in until the first copy of the pools was read.
      for (const name of ["cold, l2 + pools hang", "cold, only KV answers"]) {
        const reasons = reasonsOf(name, surface);
        expect(reasons, `${name} on ${surface}`).toContain("user_state_unavailable");
        expect(reasons, `${name} on ${surface}`).not.toContain("none");
        expect(reasons, `${name} on ${surface}`).not.toContain("no_pools");
      }
    }
  });
});
