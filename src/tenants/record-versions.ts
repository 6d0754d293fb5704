/** What an answer was made under, as far as records say: the part of its key, or of its ETag, that they have. */
import { hashPair } from "../domain/hash.ts";
import type { Tenant } from "./tenant-registry.ts";
import type { Withdrawn } from "./withdrawn-items.ts";

export interface RecordVersions {
  readonly tenant: number;
  readonly deployment: number;
  /** Another one for other withdrawn items, of which the tenant's version says nothing; empty without any. */
  readonly withdrawn: string;
}

export const recordVersions = (
  { version, withdrawn }: Tenant,
  { version: deployment }: { readonly version: number },
): RecordVersions => ({ tenant: version, deployment, withdrawn: markOf(withdrawn) });

const marks = new WeakMap<readonly Withdrawn[], string>();

/** Once for each list: it may have 5,000 items, and every request asks. */
function markOf(withdrawn: readonly Withdrawn[] = []): string {
  if (withdrawn.length === 0) return "";
  const known = marks.get(withdrawn);
  if (known !== undefined) return known;
  const text = withdrawn.map(({ item, reason }) => `${reason} ${item}`).toSorted();
  const mark = hashPair(text.join("\n"))
    .map((word) => word.toString(36))
    .join("-");
  marks.set(withdrawn, mark);
  return mark;
}
