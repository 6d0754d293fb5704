/**
 * `npm run simulate:day`: one day of 2,000 users in virtual time, with the product's own code against a YouTube that
 * counts. Prints what the day cost and draws it. Exits with 1 when a promise is not kept.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { printDay } from "./simulate/figures.ts";
import { playDay } from "./simulate/play-day.ts";
import { plotDay } from "./simulate/plot-day.ts";

const HELP = `Plays one day against a YouTube that counts, in virtual time.

  npm run simulate:day -- [options]

  --users N       how many there are   (2000)
  --sessions N    how often they come   (one a user, most by the busiest)
  --countries N   where they live, 1 to 12   (6)
  --seed N        the same seed is the same day   (1)
  --out FILE      the plot   (.build/simulate-day.svg)`;

const SESSIONS_A_USER = 1;
const SECOND_MS = 1_000;

const { values } = parseArgs({
  options: {
    users: { type: "string", default: "2000" },
    sessions: { type: "string" },
    countries: { type: "string", default: "6" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: ".build/simulate-day.svg" },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) console.log(HELP);
else {
  const users = Number(values.users);
  const sessions = Number(values.sessions ?? Math.round(users * SESSIONS_A_USER));
  const startedMs = performance.now();
  const countries = Number(values.countries);
  const day = await playDay({ users, sessions, countries, seed: Number(values.seed) });
  const seconds = (performance.now() - startedMs) / SECOND_MS;
  console.log(
    `${users} users, ${sessions} sessions, ${countries} countries, in ${seconds.toFixed(0)} s`,
  );
  const kept = printDay(day);
  await mkdir(dirname(values.out), { recursive: true });
  await writeFile(values.out, plotDay(day));
  console.log(`The plot is in ${values.out}.`);
  process.exitCode = kept ? 0 : 1;
}
