/** Fires the crons of wrangler.toml on time, which neither Miniflare nor `wrangler dev` does by itself. */
import { Cron } from "croner";
import { jobsOfCron } from "../../src/jobs/schedule.ts";
import type { BootedWorker } from "./boot-worker.ts";
import { clockTime, elapsed } from "./steps.ts";

export interface RunningCrons {
  stop(): void;
}

export function fireCrons(
  { miniflare, crons }: Pick<BootedWorker, "miniflare" | "crons">,
  writeLine: (line: string) => void,
): RunningCrons {
  const timers = crons.map(
    // UTC, as Cloudflare does it.
    (cron) => new Cron(cron, { timezone: "UTC" }, () => fire(miniflare, cron, writeLine)),
  );
  return {
    stop() {
      for (const timer of timers) timer.stop();
    },
  };
}

async function fire(
  miniflare: BootedWorker["miniflare"],
  cron: string,
  writeLine: (line: string) => void,
): Promise<void> {
  const sinceMs = performance.now();
  const line = `  ${clockTime(new Date())}  cron ${cron.padEnd(13)} ${jobsOfCron(cron).join(", ").padEnd(14)}`;
  try {
    // Asked for each time: after a crash of workerd Miniflare starts another one.
    const worker = await miniflare.getWorker();
    const { outcome } = await worker.scheduled({ cron, scheduledTime: new Date() });
    writeLine(
      `${line} ${outcome === "ok" ? "queued" : outcome}, ${elapsed(performance.now() - sinceMs)}`,
    );
  } catch (error) {
    writeLine(`${line} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
