/** Everything that is held of a user, one JSON object a line: stores first, then every event of the log. */
import type { UserKey } from "../users/user-store.ts";
import { EVENT_LOG, type RightsPorts } from "./delete-user.ts";

export async function* exportUser(
  { holdings, kept, log }: Pick<RightsPorts, "holdings" | "kept" | "log">,
  key: UserKey,
  nowMs: number,
): AsyncGenerator<string> {
  yield line({ store: "export", ...key, at: new Date(nowMs).toISOString() });
  for (const { store, read } of [...holdings, ...kept]) {
    const data = await read(key);
    if (data !== undefined) yield line({ store, data });
  }
  await log.flush(key.tenant, key.user);
  let events = 0;
  for await (const event of log.eventsOf(key.tenant, key.user)) {
    events += 1;
    const { id, type, item, atMs, user: _, ...more } = event;
    yield line({
      store: EVENT_LOG,
      data: { id, type, item, at: new Date(atMs).toISOString(), ...more },
    });
  }
  // Whoever reads to this line has it all.
  yield line({ store: "end", events });
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
