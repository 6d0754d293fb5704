/** How a slice is stored: item ids joined by newlines, which no id contains. */
import type { ItemId } from "../domain/ids.ts";
import { SLICES, type SliceName } from "../domain/slices.ts";

export const sliceText = (ids: readonly ItemId[]): string => ids.join("\n");

export const parseSliceText = (text: string): readonly ItemId[] =>
  text === "" ? [] : (text.split("\n") as ItemId[]);

/** A record with one value per slice. */
export function bySlice<Value>(value: (slice: SliceName) => Value): Record<SliceName, Value> {
  return Object.fromEntries(SLICES.map((slice) => [slice, value(slice)])) as Record<
    SliceName,
    Value
  >;
}
