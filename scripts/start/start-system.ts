/** The steps of `npm start`, in order, each a line on the console. */
import { adminClient } from "../admin/admin-client.ts";
import { findOrMakeAdminKey, readDevVars, type AdminKey } from "../admin/admin-key.ts";
import { buildAssets } from "../build/assets.ts";
import { DEMO_ITEMS, DEMO_TENANT, pushDemoCatalogue } from "../demo/push-catalogue.ts";
import { type BootedWorker, bootWorker } from "./boot-worker.ts";
import { fetchFirstFeed } from "./first-feed.ts";
import { fireCrons } from "./fire-crons.ts";
import { localStateFolder } from "./local-migrations.ts";
import { prepareWorker } from "./prepare-worker.ts";
import { bold, elapsed, step, wholeNumber } from "./steps.ts";
import { workerLogLine } from "./worker-log.ts";
import { youtubeVars } from "./youtube-vars.ts";

/** When `node scripts/bootstrap.mjs` began: installing dependencies counts too. */
const startedAtMs = Number(process.env["NEARFEED_STARTED_AT_MS"] ?? Date.now());

/** As `src/env.ts` wants it. */
const SHORTEST_KEY = 16;

export interface SystemOptions {
  readonly port: number;
  /** Aborted when everything is to stop. */
  readonly signal: AbortSignal;
  readonly onBooted: (worker: BootedWorker) => void;
}

/** Resolves when the system serves feeds; the crons go on until the signal. */
export async function startSystem({ port, signal, onBooted }: SystemOptions): Promise<void> {
  console.log(`\n${bold("Nearfeed")}\n`);
  await step("pages", async () => {
    const { files, changed } = await buildAssets();
    return [
      changed === 0 ? `${files} files, none changed` : `${files} files, ${changed} changed`,
      files,
    ];
  });
  const bundledNow = await step("bundle", async ({ progress }) => {
    progress("bundling the Worker …");
    const { made } = await prepareWorker({ signal });
    return [made ? "made" : "up to date", made];
  });
  const adminKey = findOrMakeAdminKey();
  if (adminKey.key.length < SHORTEST_KEY) {
    throw new Error(
      `ADMIN_KEY (${adminKey.origin}) is too short: the Worker takes ${SHORTEST_KEY} characters or more.`,
    );
  }
  const vars: Record<string, string> = {
    ...readDevVars(),
    ...youtubeVars(process.env),
    ADMIN_KEY: adminKey.key,
  };
  const worker = await step("worker", async () => {
    const booted = await bootWorker({
      port,
      persist: localStateFolder,
      vars,
      quiet: false,
      writeLog: (text) => console.log(workerLogLine(text, new Date())),
    });
    onBooted(booted);
    const { migrations } = booted;
    const count = migrations.length === 1 ? "a migration" : `${migrations.length} migrations`;
    const applied = migrations.length === 0 ? "" : `, database: ${count}`;
    return [`workerd runs${applied}`, booted];
  });
  const { url } = worker;
  const client = adminClient({ url, adminKey: adminKey.key, signal });
  const filledNow = await step("demo tenant", async ({ progress }) => {
    const demo = (await client.tenants()).find(({ id }) => id === DEMO_TENANT);
    if (demo !== undefined && demo.items > 0) return [`${wholeNumber(demo.items)} items`, false];
    await pushDemoCatalogue({
      client,
      tenant: DEMO_TENANT,
      items: DEMO_ITEMS,
      nowMs: Date.now(),
      onProgress: (pushed) =>
        progress(`${wholeNumber(pushed)} of ${wholeNumber(DEMO_ITEMS)} items …`),
    });
    return [`${wholeNumber(DEMO_ITEMS)} items put in, pools and lists made`, true];
  });
  const feed = await step("first feed", async () => {
    const first = await fetchFirstFeed(url, DEMO_TENANT, client);
    return [`${first.videos} videos; the next in ${elapsed(first.nextMs)}`, first];
  });
  const readyMs = Date.now() - startedAtMs;
  const crons = fireCrons(worker, (line) => console.log(line));
  signal.addEventListener("abort", () => crons.stop());
  const kind = bundledNow || filledNow ? "Cold start" : "Warm start";
  console.log(
    introduction({
      url,
      adminKey,
      youtube: Boolean(vars["YOUTUBE_API_KEY"]),
      timing: `${kind}: ${elapsed(readyMs)} to the first feed`,
      firstMs: feed.firstMs,
    }),
  );
}

interface Introduced {
  readonly url: string;
  readonly adminKey: AdminKey;
  /** Whether there is a key for YouTube. */
  readonly youtube: boolean;
  readonly timing: string;
  readonly firstMs: number;
}

function introduction({ url, adminKey, youtube, timing, firstMs }: Introduced): string {
  // A key that the environment gave belongs to someone who keeps it elsewhere.
  const shownKey =
    adminKey.origin === "environment" ? "from ADMIN_KEY" : `${adminKey.key}  (${adminKey.origin})`;
  const videos = youtube
    ? "YouTube's, paid by YOUTUBE_API_KEY"
    : "the catalogue's; YOUTUBE_API_KEY=… npm start asks YouTube";
  return `
  ${bold(`${timing}, answered in ${elapsed(firstMs)}.`)}

  Start page   ${url}/
  API          ${url}/docs/
  Reference    ${url}/redoc/
  Health       ${url}/health/ready
  Videos       ${videos}
  Admin key    ${shownKey}
               paste it under Quota on the start page, or send it as "Authorization: Bearer …"

  curl "${url}/t/${DEMO_TENANT}/recommend/ana?count=5&fields=title,channel"

  Crons fire on time and are shown here. Ctrl-C stops.
`;
}
