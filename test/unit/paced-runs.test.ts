import { describe, it } from "vitest";
import { FULL_SIZE, giftRows } from "../../scripts/gifts/gift-data.ts";
import { rowsOfRun } from "../../scripts/gifts/paced-runs.ts";

/** Of a profile, as /proc counts them: its database, the log of that and the log's index. */
const FILES_A_USER = 3;

/** Rows by user, in the order of their ids, which is that of a run. */
function rowsByUser(table: "handpicked_likes" | "handpicked_present_clicks"): Uint32Array {
  const rows = new Uint32Array(FULL_SIZE.users + 1);
  for (const line of giftRows(FULL_SIZE, 0)[table] ?? []) {
    const user = Number(line.split("\t")[1]);
    rows[user] = (rows[user] ?? 0) + 1;
  }
  return rows;
}

function mostUsers(byUser: Uint32Array, runRows: number): number {
  let [most, rows, users] = [0, 0, 0];
  for (const own of byUser) {
    if (own === 0) continue;
    rows += own;
    users += 1;
    if (rows < runRows) continue;
    most = Math.max(most, users);
    [rows, users] = [0, 0];
  }
  return most;
}

describe("a run of the demo of gifts", () => {
  it("opens so few users that two at once leave files over", ({ expect }) => {
    for (const table of ["handpicked_likes", "handpicked_present_clicks"] as const) {
      const byUser = rowsByUser(table);
      for (const files of [10_240, 20_000, 1_048_576]) {
        const users = mostUsers(byUser, rowsOfRun(files));
        expect(2 * users * FILES_A_USER).toBeLessThan(files - 1_000);
        expect(users).toBeGreaterThan(1_000);
      }
    }
  });
});
