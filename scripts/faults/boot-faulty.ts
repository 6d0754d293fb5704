/**
 * Boots the Worker with faults allowed and short deadlines, and a demo tenant in it, in a folder of its own; before a
 * YouTube of tests that is always well: what fails is the way there.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FaultPlan } from "../../src/tenants/guards.ts";
import { startYouTubeServer } from "../../test/support/start-youtube-server.ts";
import { youtubeServer } from "../../test/support/youtube-server.ts";
import { adminClient } from "../admin/admin-client.ts";
import { pushDemoCatalogue } from "../demo/push-catalogue.ts";
import { type BootedWorker, bootWorker } from "../start/boot-worker.ts";

export const FAULTS_TENANT = "faults";
/** Short, so that what hangs is visibly ended by its deadline, and longer than a busy machine needs. */
export const DEADLINE_MS = 150;

/** A load is no user: what it asks for is meant to be there. */
const YOUTUBE_LIMITS = {
  calls_per_second: 1_000,
  calls_per_minute: 60_000,
  user_units_per_day: 1_000,
};

export interface FaultyWorker {
  /** Of the Worker that runs now. */
  readonly origin: URL;
  readonly adminKey: string;
  /**
   * The same state in a new isolate, which remembers nothing, under faults that strike from its first request. With
   * `poolsCopy` false the copy of the pools is gone from KV, and only the static list is left there.
   */
  restart(faults: FaultPlan, options?: { readonly poolsCopy?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

export async function bootFaulty({ items }: { readonly items: number }): Promise<FaultyWorker> {
  const adminKey = randomUUID();
  const folder = await mkdtemp(path.join(tmpdir(), "nearfeed-faults-"));
  const youtube = await startYouTubeServer(
    youtubeServer({ limits: { callsPerSecond: 1_000, callsPerMinute: 60_000 } }),
  );
  const boot = (faults: FaultPlan): Promise<BootedWorker> =>
    bootWorker({
      persist: folder,
      assets: false,
      quiet: true,
      vars: {
        ADMIN_KEY: adminKey,
        ALLOW_FAULTS: "true",
        FAULTS: JSON.stringify(faults),
        L2_DEADLINE_MS: String(DEADLINE_MS),
        YOUTUBE_API_KEY: "AIzaSyFaultsOnly_0123456789abcdefghijkl",
        YOUTUBE_BASE_URL: youtube.baseUrl,
        YOUTUBE_LIMITS: JSON.stringify(YOUTUBE_LIMITS),
        DEADLINES_MS: JSON.stringify({
          registry: DEADLINE_MS,
          catalogue: DEADLINE_MS,
          copies: DEADLINE_MS,
          profiles: DEADLINE_MS,
          quota: DEADLINE_MS,
          youtube: DEADLINE_MS,
        }),
      },
    });
  let worker = await boot({});
  const stop = async (): Promise<void> => {
    await worker.dispose();
    await youtube.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const client = adminClient({ url: worker.url, adminKey });
    await pushDemoCatalogue({
      client,
      tenant: FAULTS_TENANT,
      items,
      nowMs: Date.now(),
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    get origin() {
      return new URL(worker.url);
    },
    adminKey,
    async restart(faults, { poolsCopy = true } = {}) {
      if (!poolsCopy) {
        const copies = await worker.miniflare.getKVNamespace("REPLICAS");
        await copies.delete(`pools:${FAULTS_TENANT}`);
      }
      await worker.dispose();
      worker = await boot(faults);
    },
    stop,
  };
}
