import { askJson } from "./app.ts";

export interface RankedFeed {
  readonly items: readonly {
    readonly id: string;
    readonly title: string | null;
    readonly creator: { readonly id: string; readonly name: string } | null;
    readonly tracking_token: string;
    readonly score?: number;
  }[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
  readonly degraded: boolean;
  readonly degraded_reason: string | null;
  readonly is_personalized: boolean;
  readonly feed_type: string;
  readonly default_reason: string | null;
  readonly request_id: string;
  readonly explain?: {
    readonly selected: readonly { readonly id: string; readonly source: string }[];
    readonly removed: readonly { readonly id: string; readonly reason: string }[];
    readonly passed_over: readonly { readonly id: string; readonly reason: string }[];
  };
}

export const idsOf = ({ items }: RankedFeed): readonly string[] => items.map(({ id }) => id);

/** The ids of all pages behind the first one. */
export async function scroll(
  tenant: string,
  user: string,
  first: RankedFeed,
  limit: number,
): Promise<readonly string[]> {
  const seen: string[] = [];
  let cursor = first.next_cursor;
  while (cursor !== null) {
    const path = `/t/${tenant}/v1/feed?user_hash=${user}&limit=${limit}&cursor=${cursor}`;
    const page: RankedFeed = await askJson<RankedFeed>(path);
    seen.push(...idsOf(page));
    cursor = page.next_cursor;
  }
  return seen;
}
