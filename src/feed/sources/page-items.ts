import { eachCode, type ItemCodes } from "../../domain/item-code.ts";
import type { SourceName } from "../../domain/slices.ts";
import type { PageCodes } from "../../users/user-store.ts";
import type { PageItem } from "../page-state.ts";

/** A page of codes as candidates: popularity, freshness, fallback, each in its order. */
export function pageItems({ popularity, freshness, fallback }: PageCodes): readonly PageItem[] {
  const items: PageItem[] = [];
  const add = (codes: ItemCodes, source: SourceName): void => {
    for (const code of eachCode(codes)) items.push({ code, source });
  };
  add(popularity, "popularity");
  add(freshness, "freshness");
  add(fallback, "fallback");
  return items;
}
