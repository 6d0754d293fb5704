/** What differs between two versions of a record, for its history. */
import { isJsonObject } from "../domain/json.ts";
import type { FieldChange } from "./versioned-record.ts";

export function fieldChanges(before: unknown, after: unknown, path = ""): readonly FieldChange[] {
  if (isJsonObject(before) && isJsonObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      fieldChanges(before[name], after[name], path === "" ? name : `${path}.${name}`),
    );
  }
  // Both come out of the same schema, which gives fields their order.
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [
    {
      path,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ];
}
