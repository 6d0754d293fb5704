/** Builders of pool snapshots. Runs in Node and in workerd. */
import type { ItemId } from "../../src/domain/ids.ts";
import { SLICES, type SliceName } from "../../src/domain/slices.ts";
import type { PoolSnapshot } from "../../src/pools/pool-store.ts";
import { bySlice } from "../../src/pools/slice-text.ts";

/** A snapshot whose items name their version; slices that are not given are empty. */
export function aSnapshot(
  version: number,
  sizes: Partial<Record<SliceName, number>> = {},
): PoolSnapshot {
  const full = bySlice((slice) => sizes[slice] ?? 0);
  return {
    manifest: {
      version,
      items: SLICES.reduce((sum, slice) => sum + full[slice], 0),
      sizes: full,
    },
    slices: bySlice((slice) =>
      Array.from({ length: full[slice] }, (_, index) => `v${version}-${slice}-${index}` as ItemId),
    ),
  };
}
