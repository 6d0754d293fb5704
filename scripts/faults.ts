/**
 * `npm run faults`: boots the Worker, keeps load on every surface of its feed, and lets every dependency be slow, fail
 * and hang in turn; then starts it anew in the middle of outages. Exits with 1 when one request was not answered with
 * 200.
 */
import { parseArgs } from "node:util";
import { DEPENDENCIES, type Dependency } from "../src/tenants/tenant-config.ts";
import { bootFaulty, DEADLINE_MS } from "./faults/boot-faulty.ts";
import {
  coldStarts,
  everyFault,
  type Played,
  playColdStarts,
  playFaults,
} from "./faults/play-faults.ts";
import { SURFACES } from "./faults/visit.ts";

const HELP = `Lets every dependency be slow, fail and hang in turn, under load on /recommend, /v1/feed and /api/v1/video.

  npm run faults -- [options]

  --only NAMES      dependencies, joined by commas   (${DEPENDENCIES.join(",")})
  --cold            only the Worker that starts in the middle of an outage
  --seconds N       how long each fault lasts   (4)
  --clients N       clients at once   (16)`;

/** More than an isolate remembers metadata of, so that the catalogue is asked all the time. */
const ITEMS = 30_000;
const USERS = 300;
const WARM_UP_SECONDS = 4;
/** The catalogue first: later its items are mostly in memory, and its faults would pass unnoticed. */
const ORDER: readonly Dependency[] = [
  "catalogue",
  ...DEPENDENCIES.filter((name) => name !== "catalogue"),
];

const { values } = parseArgs({
  options: {
    only: { type: "string", default: DEPENDENCIES.join(",") },
    cold: { type: "boolean", default: false },
    seconds: { type: "string", default: "4" },
    clients: { type: "string", default: "16" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) console.log(HELP);
else process.exitCode = (await play()) ? 0 : 1;

async function play(): Promise<boolean> {
  const only = values.only.split(",");
  const unknown = only.filter((name) => !DEPENDENCIES.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`no such dependency: ${unknown.join(", ")}`);
  const seconds = Number(values.seconds);
  const worker = await bootFaulty({ items: ITEMS });
  try {
    console.log(`Deadlines are ${DEADLINE_MS} ms; a circuit opens at five failures in a row.\n`);
    printRow(["scenario", "surface", "requests", "answered", "p50 ms", "p99 ms", "labels"]);
    const options = {
      worker,
      users: USERS,
      clients: Number(values.clients),
      onPlayed: printPlayed,
    };
    const dependencies = ORDER.filter((name) => only.includes(name));
    const warm = values.cold
      ? []
      : await playFaults(options, [
          { name: "all is well", faults: {}, seconds: WARM_UP_SECONDS },
          ...everyFault(seconds, dependencies),
          { name: "all is well", faults: {}, seconds: 2 },
        ]);
    const cold = await playColdStarts(options, coldStarts(seconds));
    const tallies = [...warm, ...cold].flatMap((played) => [...played.tallies.values()]);
    const requests = tallies.reduce((sum, tally) => sum + tally.requests, 0);
    const answered = tallies.reduce((sum, tally) => sum + tally.answered, 0);
    console.log(
      answered === requests
        ? `\nAll ${requests} requests were answered with 200.`
        : `\n${requests - answered} of ${requests} requests were not answered with 200.`,
    );
    return answered === requests && requests > 0;
  } finally {
    await worker.stop();
  }
}

function printPlayed({ name, tallies, circuits }: Played): void {
  const counts = (of: ReadonlyMap<string, number>): string =>
    [...of].map(([label, times]) => `${label} ${times}`).join(" · ");
  for (const [index, surface] of SURFACES.entries()) {
    const tally = tallies.get(surface);
    if (tally === undefined) continue;
    const sorted = tally.latenciesMs.toSorted((a, b) => a - b);
    const quantile = (share: number): string =>
      (
        sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
      ).toFixed(1);
    const share = (tally.answered / tally.requests) * 100;
    printRow([
      index === 0 ? name : "",
      surface,
      String(tally.requests),
      `${tally.answered === tally.requests ? "100" : Math.min(share, 99.99).toFixed(2)} %`,
      quantile(0.5),
      quantile(0.99),
      [
        counts(tally.labels),
        ...(tally.failures.size === 0 ? [] : [`FAILED: ${counts(tally.failures)}`]),
        ...(index === 0 && circuits !== "" ? [`(${circuits})`] : []),
      ].join("  "),
    ]);
  }
}

function printRow(cells: readonly string[]): void {
  const widths = [24, 15, 8, 9, 7, 7, 0];
  console.log(
    cells
      .map((cell, index) =>
        index >= 2 && index <= 5
          ? cell.padStart(widths[index] ?? 0)
          : cell.padEnd(widths[index] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}
