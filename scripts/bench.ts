/**
 * `npm run bench [-- engine ranking lua embedded cache gifts redis feed tenants hang import events similar]`: every number that matters, as a ratio against a floor of
 * the same run or as a count. Exits with 1 when a promise is not kept.
 */
import { rm } from "node:fs/promises";
import { cpus } from "node:os";
import { redisMissing, startRedis } from "../test/support/redis-server.ts";
import { bootBench } from "./bench/bench-worker.ts";
import { measureCached } from "./bench/cached.ts";
import { measureEngine } from "./bench/engine.ts";
import { measureGifts } from "./bench/gifts.ts";
import { measureEvents } from "./bench/events.ts";
import { measureImport } from "./bench/import-rate.ts";
import { HANG_VARS, measureHanging } from "./bench/hanging.ts";
import { measureLua } from "./bench/lua-cost.ts";
import { measureManyTenants } from "./bench/many-tenants.ts";
import { measureRanked } from "./bench/ranked.ts";
import { measureRanking, measureRankingInWorker } from "./bench/ranking.ts";
import { type Figure, missed, printFigure } from "./bench/report.ts";
import { measureSimilar } from "./bench/similar.ts";
import { measureThroughput } from "./bench/throughput.ts";
import { startProxy } from "./proxy/start-proxy.ts";

const SECTIONS = [
  "engine",
  "ranking",
  "lua",
  "embedded",
  "cache",
  "gifts",
  "redis",
  "feed",
  "tenants",
  "hang",
  "import",
  "events",
  "similar",
] as const;
type Section = (typeof SECTIONS)[number];

const asked = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const wanted = (section: Section): boolean => asked.length === 0 || asked.includes(section);
const figures: Figure[] = [];
const report = (section: string, found: readonly Figure[]): void => {
  console.log(`\n${section}`);
  for (const figure of found) printFigure(figure);
  figures.push(...found);
};

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`);

if (wanted("engine")) report("Engine", await measureEngine());
if (wanted("ranking")) report("Ranking", measureRanking());

if (wanted("embedded") || wanted("feed") || wanted("ranking")) {
  const bench = await bootBench({ DEFAULT_L2: "embedded" });
  if (wanted("ranking")) report("Ranking in the Worker", await measureRankingInWorker(bench));
  if (wanted("embedded")) {
    report("Feed on Durable Objects", await measureThroughput(bench, "embedded"));
  }
  if (wanted("feed"))
    report("Ranked feed on Durable Objects", await measureRanked(bench, "embedded"));
  await bench.worker.dispose();
}

if (wanted("cache")) {
  const bench = await bootBench({ DEFAULT_L2: "embedded" }, true);
  report("Answers that a cache holds", await measureCached(bench));
  await bench.worker.dispose();
}

if (wanted("gifts")) {
  const bench = await bootBench({ DEFAULT_L2: "embedded" }, true);
  report("Lists of gifts", await measureGifts(bench));
  await bench.worker.dispose();
}

const needsRedis = wanted("lua") || wanted("redis") || wanted("feed") || wanted("tenants");
if (needsRedis && redisMissing === undefined) {
  const redis = await startRedis({ own: true });
  const proxy = await startProxy({ redisUrl: redis.url, token: "token-of-the-bench" });
  if (wanted("lua")) report("Lua scripts", await measureLua(redis.url, proxy));
  if (wanted("redis") || wanted("feed") || wanted("tenants")) {
    const bench = await bootBench({
      DEFAULT_L2: "redis",
      UPSTASH_REDIS_REST_URL: proxy.url,
      UPSTASH_REDIS_REST_TOKEN: proxy.token,
    });
    if (wanted("redis")) {
      report("Feed on Redis through the proxy", await measureThroughput(bench, "redis"));
    }
    if (wanted("feed")) {
      report("Ranked feed on Redis through the proxy", await measureRanked(bench, "redis"));
    }
    // On Redis: 120 tenants have more Durable Objects than one, and their number would be compared with it.
    if (wanted("tenants")) report("Many tenants", await measureManyTenants(bench));
    await bench.worker.dispose();
  }
  await proxy.stop();
  await redis.stop();
}

if (wanted("hang")) {
  const bench = await bootBench({ DEFAULT_L2: "embedded", ...HANG_VARS });
  report("L2 that hangs", await measureHanging(bench));
  await bench.worker.dispose();
}

if (wanted("import")) report("Import", await measureImport());
if (wanted("events")) report("Events", await measureEvents());

if (wanted("similar")) report("What goes together", await measureSimilar());

const bad = missed(figures);
console.log(
  bad.length === 0
    ? `\nEvery promise is kept (${figures.length} figures).`
    : `\n${bad.length} of ${figures.length} figures miss their promise.`,
);
await rm(".nearfeed/bench", { recursive: true, force: true });
process.exitCode = bad.length === 0 ? 0 : 1;
