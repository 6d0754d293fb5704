/**
 * ETags of the ranked feed. A default list is the same until its items change. A personal page is new at every
 * refresh, so its tag says what it was made from: within 30 s, and while none of that has changed, a client that
 * asks whether its page is still good is told so (system C: `max-age=30`).
 */
import { hashPair } from "../domain/hash.ts";
import { type ItemCodes, NO_CODES } from "../domain/item-code.ts";
import { toSeconds } from "../platform/clock.ts";
import type { RecordVersions } from "../tenants/record-versions.ts";
import type { Card } from "./cards.ts";
import { isPersonal, type SlateKind } from "./cursor.ts";
import type { DegradedReason } from "./degradation.ts";
import type { RankedRequest } from "./ranked-state.ts";
import type { RankedPage } from "./ranked-feed.ts";
import { hasNoBorders } from "./compiled-rules.ts";
import { poolsOf } from "./user-refills.ts";
import { tasteVersionOf } from "./user-taste.ts";

const GOOD_FOR_SECONDS = 30;
const FORM = /^(?:W\/)?"p([0-9a-z]{1,8})-([0-9a-z]{14})"$/;

/** What was sent, as far as a client that holds it could miss something. */
export interface SentPage {
  readonly page: RankedPage;
  readonly cards: readonly Card[];
  readonly degraded: DegradedReason | undefined;
}

/** Weak: the same items in another run carry another request id. */
export function tagOf(request: RankedRequest, versions: RecordVersions, sent: SentPage): string {
  const { page, cards, degraded } = sent;
  if (isPersonal(page.kind)) {
    const made = madeOf(request, versions, {
      poolsVersion: page.poolsVersion,
      sameEverywhere: page.sameEverywhere,
      recentlyWatched: page.recentlyWatched,
      tasteVersion: page.tasteVersion,
      degraded,
    });
    return `W/"p${toSeconds(request.nowMs).toString(36)}-${made}"`;
  }
  const { key, limit } = request;
  const parts = [key.tenant, page.kind, degraded ?? "", limit];
  return `W/"d${digest([...parts, JSON.stringify(cards)])}"`;
}

export interface HeldPage {
  readonly tag: string;
  readonly kind: SlateKind;
}

/** The personal page that the client holds, when it is still good; undefined otherwise. A degraded one never is. */
export async function stillGood(
  request: RankedRequest,
  versions: RecordVersions,
  held: readonly string[],
): Promise<HeldPage | undefined> {
  const { ports, key, policy, nowMs, personalisation, cursor } = request;
  if (!personalisation.personalised || cursor !== undefined) return undefined;
  const parts = held.map((tag) => FORM.exec(tag)).find((match) => match !== null);
  const [tag, issued = "", made] = parts ?? [];
  const ageSeconds = toSeconds(nowMs) - Number.parseInt(issued, 36);
  if (tag === undefined || !(ageSeconds >= 0 && ageSeconds < GOOD_FOR_SECONDS)) return undefined;
  const current = await poolsOf(request);
  if (current === undefined || current.stale) return undefined;
  const user = await ports.users.peek(key, {
    nowSeconds: toSeconds(nowMs),
    limits: { popularity: 0, freshness: 0 },
    candidates: NO_CODES,
    policy,
  });
  const { recentlyWatched } = user;
  const { pools } = current;
  const now = madeOf(request, versions, {
    poolsVersion: pools.manifest.version,
    sameEverywhere: hasNoBorders(request, pools),
    recentlyWatched,
    tasteVersion: await tasteVersionOf(request, user),
    degraded: undefined,
  });
  if (now !== made) return undefined;
  return { tag, kind: recentlyWatched === NO_CODES ? "cold_start" : "personalized" };
}

interface Made {
  readonly poolsVersion: number;
  readonly sameEverywhere: boolean;
  readonly recentlyWatched: ItemCodes;
  readonly tasteVersion: number;
  readonly degraded: DegradedReason | undefined;
}

const madeOf = (
  { key, limit, cursor, country }: RankedRequest,
  { tenant, deployment, withdrawn }: RecordVersions,
  { poolsVersion, sameEverywhere, recentlyWatched, tasteVersion, degraded }: Made,
): string =>
  digest([
    key.tenant,
    key.user,
    limit,
    sameEverywhere ? "" : (country() ?? ""),
    cursor === undefined ? "" : `${cursor.slate}:${cursor.served}`,
    tenant,
    deployment,
    withdrawn,
    poolsVersion,
    recentlyWatched,
    tasteVersion,
    degraded ?? "",
  ]);

const digest = (parts: readonly (string | number)[]): string =>
  hashPair(parts.join("\n"))
    .map((word) => word.toString(36).padStart(7, "0"))
    .join("");
