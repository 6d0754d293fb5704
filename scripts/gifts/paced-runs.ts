/** How much of what users did a run may bring to a workerd of this machine. */
import { readFileSync } from "node:fs";

/** Beside profiles: the Worker's own, its other stores'. */
const OTHER_FILES = 2_000;
/** A profile in use is a database with its log and the log's index; it is closed ten seconds after it was used. */
const FILES_A_USER = 3;
/** One run follows the other after ten seconds; cron begins one right behind another. */
const RUNS_AT_ONCE = 2;
/** Likes, of which a user has the fewest: 5.0 on average, and 4.8 in the poorest run of 12,000 rows (gift-data.ts). */
const ROWS_A_USER = 4.5;
const MOST_ROWS = 50_000;
/** On a Mac, where nobody says. */
const USUAL_FILES = 10_240;

/** In workerd every user's object holds files, of which a process may have so many. Rows come user by user. */
export function rowsOfRun(files = filesOfProcess()): number {
  const users = Math.floor((files - OTHER_FILES) / FILES_A_USER / RUNS_AT_ONCE);
  return Math.max(500, Math.min(MOST_ROWS, Math.floor(users * ROWS_A_USER)));
}

/** Infinity where there is no limit. */
function filesOfProcess(): number {
  try {
    const said = /^Max open files +\d+ +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    return Number(said?.[1] ?? Infinity);
  } catch {
    // Not Linux.
    return USUAL_FILES;
  }
}
