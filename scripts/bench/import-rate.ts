/** Rows a second from a file into a running Worker, by the command that people use. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { bootBench } from "./bench-worker.ts";
import type { Figure } from "./report.ts";

const ROWS = Number(process.env["NEARFEED_BENCH_ROWS"] ?? 100_000);
const FOLDER = ".nearfeed/bench";
const DAY_MS = 86_400_000;

export async function measureImport(): Promise<Figure[]> {
  const file = await writeCatalogue();
  const bench = await bootBench({});
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    ["scripts/import.ts", "--tenant", "imported", "--items", file, "--url", bench.origin.origin],
    { env: { ...process.env, ADMIN_KEY: bench.adminKey }, stdio: ["ignore", "pipe", "inherit"] },
  );
  child.stdout.resume();
  let peakKb = 0;
  const watch = setInterval(() => {
    void residentKb(child.pid).then((kb) => (peakKb = Math.max(peakKb, kb)));
  }, 250);
  const [code] = (await once(child, "exit")) as [number];
  clearInterval(watch);
  const seconds = (performance.now() - startedMs) / 1000;
  await bench.worker.dispose();
  if (code !== 0) throw new Error(`the import ended with ${code}`);
  return [
    {
      name: `import of ${ROWS.toLocaleString("en")} items, start, pools and lists included`,
      value: ROWS / seconds,
      unit: "items/s",
      atLeast: 20_000,
    },
    { name: "import, peak memory of the command", value: peakKb / 1024, unit: "MB" },
  ];
}

async function writeCatalogue(): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const file = `${FOLDER}/catalogue.ndjson`;
  const stream = createWriteStream(file);
  const nowMs = Date.now();
  for (let rank = 0; rank < ROWS; rank += 1) {
    const line = JSON.stringify({
      id: `v${String(rank).padStart(10, "0")}`,
      title: `A title of an ordinary length, number ${rank}`,
      channel: `Channel ${rank % 997}`,
      category: `Category ${rank % 17}`,
      tags: [`tag${rank % 101}`, `tag${rank % 211}`, `tag${rank % 307}`],
      views: Math.floor(1e8 / (rank + 1)),
      published_at: new Date(nowMs - (rank % 400) * DAY_MS).toISOString(),
    });
    if (!stream.write(`${line}\n`)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
  return file;
}

async function residentKb(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
}
