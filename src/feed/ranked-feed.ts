/** A page of the ranked feed, and what a client needs to ask for the next one. */
import { FailureError } from "../domain/failure.ts";
import { codeCount, type ItemCodes, joinCodes, NO_CODES } from "../domain/item-code.ts";
import { toSeconds } from "../platform/clock.ts";
import type { Signer } from "../platform/signing.ts";
import { Trace } from "../pipeline/trace.ts";
import { type Cursor, type SlateKind, writeCursor } from "./cursor.ts";
import { hasNoBorders } from "./compiled-rules.ts";
import { type Explanation, explain, withheldFrom } from "./explain.ts";
import { rankedPipeline } from "./ranked-pipeline.ts";
import type { RankedItem, RankedRequest, ScoredItem } from "./ranked-state.ts";
import type { DegradedReason } from "./degradation.ts";
import { LATER_PAGE } from "./selectors/ranked-page.ts";

export interface RankedPage {
  readonly items: readonly ScoredItem[];
  readonly kind: SlateKind;
  readonly degraded: DegradedReason | undefined;
  readonly poolsVersion: number;
  /** Names the slate; a tracking token is this and the position in the slate. */
  readonly slate: string;
  /** Items of the slate before this page. */
  readonly before: number;
  readonly nextCursor: string | undefined;
  /** True when no item of these pools depends on the country of the request. */
  readonly sameEverywhere: boolean;
  /** What the taste was read from. */
  readonly recentlyWatched: ItemCodes;
  /** The version of the profile that said more; 0 for a user without any deed. */
  readonly tasteVersion: number;
  readonly explanation?: Explanation;
}

export async function rankedFeed(request: RankedRequest, signer: Signer): Promise<RankedPage> {
  const trace = request.explained ? new Trace<RankedItem>() : undefined;
  const outcome = await rankedPipeline.run(request, { background: request.background, trace });
  const { selected, reserve, context } = outcome;
  const { kind, degraded, slate, pools } = context;
  if (context.refused) {
    throw new FailureError("RATE_LIMITED", "The feed was refreshed too often.", {
      retryAfterSeconds: 1,
    });
  }
  const { key, cursor, nowMs } = request;
  const before = cursor?.served ?? 0;
  const rest = joinCodes(
    ...reserve.filter(({ reason }) => reason === LATER_PAGE).map(({ candidate }) => candidate.code),
  );
  const next: Cursor = {
    kind,
    issuedAtSeconds: cursor?.issuedAtSeconds ?? toSeconds(nowMs),
    poolsVersion: cursor?.poolsVersion ?? pools?.manifest.version ?? 0,
    served: before + selected.length,
    slate,
    rest,
  };
  return {
    items: selected,
    kind,
    degraded,
    poolsVersion: pools?.manifest.version ?? 0,
    slate,
    before,
    sameEverywhere: pools === undefined || hasNoBorders(request, pools),
    recentlyWatched: context.user?.recentlyWatched ?? NO_CODES,
    tasteVersion: context.taste?.version ?? 0,
    nextCursor: codeCount(rest) === 0 ? undefined : await writeCursor(signer, key, next),
    ...(trace === undefined
      ? {}
      : {
          explanation: explain(
            trace,
            selected,
            reserve,
            pools === undefined ? [] : withheldFrom(request, pools),
          ),
        }),
  };
}
