/** What `update-similarities` takes, step by step, through the real steps. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StepMessage } from "../../src/similar/run-step.ts";
import { updateSimilarities } from "../../src/similar/update-similarities.ts";
import type { Figure } from "./report.ts";
import { diskPorts, type Scale, TENANT, writeLog } from "./similar-world.ts";

/** Three quarters of an isolate. Resident memory over that of an idle process: garbage counts, as it may in an isolate. */
const STEP_MB = 96;
/** A queue's consumer has 30 s of processor time unless it asks for more. */
const STEP_SECONDS = 30;
/** Of Node, so that garbage is collected as early as in an isolate of 128 MB; buffers come on top of it. */
const HEAP = ["--max-old-space-size=64", "--max-semi-space-size=4"];

const SCALES: readonly (Scale & { readonly name: string })[] = [
  { name: "600 k likes x 16 k items x 128 k users", likes: 600_000, items: 16_000, users: 128_000 },
  {
    name: "5 M likes x 100 k items x 500 k users",
    likes: 5_000_000,
    items: 100_000,
    users: 500_000,
  },
];

interface StepFigures {
  readonly sent: readonly StepMessage[];
  readonly ended: readonly Record<string, number>[];
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

export async function measureSimilar(): Promise<Figure[]> {
  const figures: Figure[] = [];
  // The larger one takes some minutes: NEARFEED_BENCH_SIMILAR names the one that is wanted.
  const wanted = process.env["NEARFEED_BENCH_SIMILAR"];
  const scales = SCALES.filter(({ likes }) => wanted === undefined || wanted === String(likes));
  for (const scale of scales) figures.push(...(await measureScale(scale, scale.name)));
  return figures;
}

async function measureScale(scale: Scale, name: string): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "nearfeed-similar-"));
  try {
    writeLog(folder, scale, Date.now());
    const ports = diskPorts(folder);
    const startedMs = performance.now();
    await updateSimilarities(ports, TENANT, "run", Date.now());
    ports.save();
    const queue = [...ports.sent];
    const phases = new Map<string, { steps: number; cpuSeconds: number; peakMb: number }>();
    let cpuSeconds = 0;
    let counts: Record<string, number> = {};
    for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
      const step = runApart(folder, message);
      queue.push(...step.sent);
      console.error(
        `  ${message.phase} ${message.index}: ${step.cpuSeconds.toFixed(1)} s, ${step.peakMb.toFixed(0)} MB`,
      );
      cpuSeconds += step.cpuSeconds;
      counts = step.ended[0] ?? counts;
      const worst = phases.get(message.phase) ?? { steps: 0, cpuSeconds: 0, peakMb: 0 };
      phases.set(message.phase, {
        steps: worst.steps + 1,
        cpuSeconds: Math.max(worst.cpuSeconds, step.cpuSeconds),
        peakMb: Math.max(worst.peakMb, step.peakMb),
      });
    }
    const seconds = (performance.now() - startedMs) / 1000;
    return [
      {
        name,
        value: seconds,
        unit: "s",
        note: `one step after the other, processes started; ${cpuSeconds.toFixed(1)} s of processor time; ${JSON.stringify(counts)}`,
      },
      ...[...phases].flatMap(([phase, worst]): Figure[] => [
        {
          name: `  ${phase}: the longest of ${worst.steps}, processor time`,
          value: worst.cpuSeconds,
          unit: "s",
          atMost: STEP_SECONDS,
        },
        {
          name: `  ${phase}: the biggest of ${worst.steps}, memory`,
          value: worst.peakMb,
          unit: "MB",
          atMost: STEP_MB,
        },
      ]),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runApart(folder: string, message: StepMessage): StepFigures {
  const script = join(import.meta.dirname, "similar-step.ts");
  const text = execFileSync(process.execPath, [...HEAP, script, folder, JSON.stringify(message)], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return JSON.parse(text) as StepFigures;
}
