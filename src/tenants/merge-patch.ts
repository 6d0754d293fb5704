/** JSON Merge Patch (RFC 7396): fields of the patch replace those of the target, and null removes one. */
import { isJsonObject } from "../domain/json.ts";

export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  // A map and not an assignment: "__proto__" is a name like any other.
  const merged = new Map(isJsonObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}
