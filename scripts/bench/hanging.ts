/** How long users wait while L2 hangs: with the circuit as it is, and when every request has to wait. */
import type { BenchWorker } from "./bench-worker.ts";
import { CONNECTIONS, measuredLoad, pause, usersOf } from "./load.ts";
import type { Figure } from "./report.ts";

const HANG_DEADLINE_MS = 500;
export const HANG_VARS = { ALLOW_FAULTS: "true", L2_DEADLINE_MS: String(HANG_DEADLINE_MS) };

/** Of `CONNECTIONS` requests each. */
const BATCHES = 10;
const TURNS = 20;

const SURFACES = [
  { name: "recommend", path: (user: string) => `/t/bench/recommend/${user}?count=20` },
  { name: "v1/feed", path: (user: string) => `/t/bench/v1/feed?user_hash=${user}` },
] as const;

export async function measureHanging(bench: BenchWorker): Promise<Figure[]> {
  const { origin, ask } = bench;
  const play = async (faults: object): Promise<void> => {
    const body = JSON.stringify({ faults, reset_breakers: true });
    await (await ask("/admin/faults", { method: "PUT", body })).text();
  };
  const hang = (): Promise<void> => play({ l2: { mode: "hang" }, pools: { mode: "hang" } });
  const figures: Figure[] = [];
  for (const { name, path } of SURFACES) {
    const paths = usersOf(name.replace("/", "-")).map(path);
    await play({});
    for (let turn = 0; turn < 2; turn += 1) {
      await measuredLoad(origin, paths);
      await pause(150);
    }
    // Once unmeasured: the cards of the default list come from the catalogue, which is another dependency.
    await hang();
    await measuredLoad(origin, paths.slice(0, CONNECTIONS));
    const waited: number[] = [];
    for (let batch = 0; batch < BATCHES; batch += 1) {
      // Closed again for every batch, all of which is under way before the first request has failed.
      await hang();
      const asked = Array.from(
        { length: CONNECTIONS },
        (_, at) => paths[(batch * CONNECTIONS + at) % paths.length] ?? "",
      );
      waited.push(...(await measuredLoad(origin, asked)).latenciesMs);
    }
    await hang();
    const run = await measuredLoad(origin, Array.from({ length: TURNS }, () => paths).flat());
    const bound = { unit: "× deadline", atMost: 1.2 };
    figures.push(
      {
        name: `${name}, p99 where every request waits`,
        value: p99(waited) / HANG_DEADLINE_MS,
        ...bound,
      },
      {
        name: `${name}, p99 with the circuit`,
        value: p99(run.latenciesMs) / HANG_DEADLINE_MS,
        ...bound,
      },
    );
    await play({});
  }
  return figures;
}

function p99(latenciesMs: readonly number[]): number {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}
