/**
 * Everything that is held of a user, one JSON object a line: stores first, then the events of the log. The last line is
 * `end`, or `next` with the place to go on `after`: a log of many files takes several pages.
 */
import { type LogCursor, writeCursor } from "./deletion.ts";
import type { UserKey } from "../users/user-store.ts";
import { EVENT_LOG, type RightsPorts } from "./delete-user.ts";

export async function* exportUser(
  { holdings, kept, log }: Pick<RightsPorts, "holdings" | "kept" | "log">,
  key: UserKey,
  nowMs: number,
  after?: LogCursor,
): AsyncGenerator<string> {
  if (after === undefined) {
    yield line({ store: "export", ...key, at: new Date(nowMs).toISOString() });
    for (const { store, read } of [...holdings, ...kept]) {
      const data = await read(key);
      if (data !== undefined) yield line({ store, data });
    }
    await log.flush(key.tenant, key.user);
  }
  let events = 0;
  const page = log.eventsOf(key.tenant, key.user, after);
  let step = await page.next();
  for (; step.done !== true; step = await page.next()) {
    events += 1;
    const { id, type, item, atMs, user: _, ...more } = step.value;
    yield line({
      store: EVENT_LOG,
      data: { id, type, item, at: new Date(atMs).toISOString(), ...more },
    });
  }
  // Whoever reads to this line has all of the page.
  const next = step.value;
  yield line(
    next === undefined
      ? { store: "end", events }
      : { store: "next", events, after: writeCursor(next) },
  );
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
