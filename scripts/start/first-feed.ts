import type { AdminClient } from "../admin/admin-client.ts";

export interface FirstFeed {
  readonly videos: number;
  readonly firstMs: number;
  readonly nextMs: number;
}

const COUNT = 20;

/** Fetches two feeds as a client would; pools that an interrupted start left out are made up for. */
export async function fetchFirstFeed(
  url: string,
  tenant: string,
  client: AdminClient,
): Promise<FirstFeed> {
  let first = await fetchFeed(url, tenant);
  if (first.videos === 0) {
    await client.runJob(tenant, "refresh-pools");
    first = await fetchFeed(url, tenant);
  }
  if (first.videos === 0) throw new Error(`No feed for tenant ${tenant}: ${first.answer}`);
  const next = await fetchFeed(url, tenant);
  return { videos: first.videos, firstMs: first.tookMs, nextMs: next.tookMs };
}

async function fetchFeed(
  url: string,
  tenant: string,
): Promise<{ readonly videos: number; readonly tookMs: number; readonly answer: string }> {
  const sinceMs = performance.now();
  const response = await fetch(`${url}/t/${tenant}/recommend/first-feed?count=${COUNT}`);
  const answer = await response.text();
  const tookMs = performance.now() - sinceMs;
  if (!response.ok) return { videos: 0, tookMs, answer };
  const { videos } = JSON.parse(answer) as { videos: readonly string[] };
  return { videos: videos.length, tookMs, answer };
}
