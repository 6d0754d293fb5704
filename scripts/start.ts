/**
 * `npm start`: the whole system on this machine. Pages, local database, the Worker in workerd, a demo tenant
 * with its catalogue, and the crons. Ctrl-C stops it; the data stays for the next start.
 *
 * What takes long to load is loaded only when the signals are looked after and the port is known to be free.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { BootedWorker } from "./start/boot-worker.ts";
import { parsePort, portFree } from "./start/free-port.ts";
import { listenForStop } from "./start/stop-signals.ts";

const STANDARD_PORT = 8787;
/** A workerd that does not end by itself is killed with this process; it must not keep the console. */
const STOP_LIMIT_MS = 5_000;

const stopping = listenForStop();

const port = parsePort(process.env["PORT"], STANDARD_PORT);
if (port === undefined) {
  fail(`PORT is "${process.env["PORT"]}", which is no port number.`);
} else if (port !== 0 && !(await portFree(port))) {
  fail(
    `Port ${port} is in use. Stop what listens there, or choose another: PORT=${port + 1} npm start`,
  );
} else {
  await runUntilStopped(port);
}

async function runUntilStopped(chosenPort: number): Promise<void> {
  let booted: BootedWorker | undefined;
  try {
    const { startSystem } = await import("./start/start-system.ts");
    const started = startSystem({
      port: chosenPort,
      signal: stopping.signal,
      onBooted: (worker) => {
        stopping.takeOver();
        booted = worker;
      },
    });
    // Ends at once when stopped during a step; what the step began dies with this process.
    const outcome = await Promise.race([started, stopping.stopped]);
    if (outcome !== "stopped") await stopping.stopped;
    // The step that was under way may fail for being stopped, which is no failure.
    started.catch(() => undefined);
    await Promise.race([booted?.dispose(), sleep(STOP_LIMIT_MS)]);
    console.log("  Stopped. The data stays in .wrangler/state, and `npm start` goes on with it.");
    process.exit(0);
  } catch (error) {
    await booted?.dispose().catch(() => undefined);
    fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(message: string): void {
  console.error(`\n  ${message.trim().replaceAll("\n", "\n  ")}\n`);
  process.exit(1);
}
