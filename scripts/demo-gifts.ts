/** `npm run demo:gifts`: system E's database with made-up rows at its size, and a tenant that lives on it. */
import { parseArgs } from "node:util";
import { FULL_SIZE, SMALL_SIZE } from "./gifts/gift-data.ts";
import { GIFTS_TENANT, startGiftSystem } from "./gifts/gift-system.ts";
import { parsePort } from "./start/free-port.ts";
import { listenForStop } from "./start/stop-signals.ts";

const HELP = `Starts a PostgreSQL with made-up rows at system E's size and a Worker that reads them.

  npm run demo:gifts -- [options]

  --port N   where the Worker listens         (8788; 0 takes any)
  --small    200 items instead of 16,000
  --once     ends when everything is in

It needs Debian's postgresql, or initdb and postgres in PATH. Ctrl-C stops both.`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8788" },
    small: { type: "boolean", default: false },
    once: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
try {
  if (values.help) console.log(HELP);
  else await run();
} catch (error) {
  console.error(`\n  ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function run(): Promise<void> {
  const port = parsePort(values.port, 0);
  if (port === undefined) throw new Error(`--port ${values.port} is no port number.`);
  const stopping = listenForStop();
  const parts = new AsyncDisposableStack();
  const size = values.small ? SMALL_SIZE : FULL_SIZE;
  const starting = startGiftSystem({ size, port, parts, onBooted: () => stopping.takeOver() });
  const system = await Promise.race([starting, stopping.stopped]);
  if (system === "stopped") {
    // The step that was under way fails for it.
    starting.catch(() => undefined);
    await parts.disposeAsync();
    process.exit(0);
  }
  const key = `-H "Authorization: Bearer ${system.adminKey}"`;
  const json = '-H "Content-Type: application/json"';
  const tenant = `${system.url}/t/${GIFTS_TENANT}`;
  console.log(`
  popular       curl -X POST -d '{"user_params":{"geo_id":"DE"}}' ${json} ${tenant}/popular
  for a user    curl -X POST -d '{"user_id":"1","geo_id":"DE"}' ${json} ${tenant}/personalized
                (both go by what users did once that is in: it says so below)
  counts        ${JSON.stringify(system.counts)}
  feed          curl "${tenant}/recommend/1?count=10&fields=title,price,category"
  one gift      curl ${key} ${tenant}/v1/items/1
  the sources   curl ${key} ${tenant}/admin/sources
  the database  psql ${system.database}
`);
  try {
    const allIn = system.allIn();
    if (values.once) await Promise.race([allIn, stopping.stopped]);
    else {
      allIn.catch((error: unknown) => {
        if (!stopping.signal.aborted) console.error(`\n  ${String(error)}\n`);
      });
      await stopping.stopped;
    }
  } finally {
    await system.stop();
  }
  process.exit(0);
}
