/** How much of what users did a run may bring to a workerd of this machine. */
import { readFileSync } from "node:fs";

/** Beside profiles: the Worker's own, its other stores'. */
const OTHER_FILES = 2_000;
/** A profile in use is a database with its log; it is closed ten seconds after it was used. */
const FILES_A_USER = 2.5;
const MOST_ROWS = 50_000;
/** On a Mac, where nobody says. */
const USUAL_FILES = 10_240;

/**
 * In workerd every user's object holds files, of which a process may have so many. A run, which the next one follows after
 * ten seconds, fills a third of them: when the machine has other things to do, two runs are taken at once.
 */
export function rowsOfRun(): number {
  let files = USUAL_FILES;
  try {
    const said = /^Max open files +\d+ +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    files = Number(said?.[1] ?? Infinity);
  } catch {
    // Not Linux.
  }
  const users = Math.floor((files - OTHER_FILES) / FILES_A_USER / 3);
  return Math.max(500, Math.min(MOST_ROWS, users));
}
