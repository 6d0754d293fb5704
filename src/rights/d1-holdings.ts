/** Rows of a user in D1. */
import type { UserKey } from "../users/user-store.ts";
import { openMessage, packEvents } from "../events/event-message.ts";
import type { DeadEvents } from "../events/dead-events.ts";
import type { Holding } from "./holding.ts";

/** Tables of which each row is one user's. Names are ours, never a caller's. */
export function d1Rows(database: D1Database, table: "watched" | "active_users"): Holding {
  const run = ({ tenant, user }: UserKey, statement: string) =>
    database.prepare(`${statement} FROM ${table} WHERE tenant = ? AND user = ?`).bind(tenant, user);
  return {
    store: table,
    erase: async (key) => (await run(key, "DELETE").run()).meta.changes,
    count: async (key) => (await run(key, "SELECT count(*) AS rows").first<number>("rows")) ?? 0,
    read: async (key) => {
      const { results } = await run(key, "SELECT *").all<Record<string, unknown>>();
      // Whoever reads it knows whose it is.
      const rows = results.map((row) => ({ ...row, tenant: undefined, user: undefined }));
      return rows.length === 0 ? undefined : rows;
    },
  };
}

/** Keys that speak for the user are the tenant's: it revokes them. */
export function d1UserKeys(database: D1Database): Pick<Holding, "store" | "count" | "read"> {
  const select = (columns: string, { tenant, user }: UserKey) =>
    database
      .prepare(`SELECT ${columns} FROM api_keys WHERE tenant = ? AND user = ?`)
      .bind(tenant, user);
  return {
    store: "api_keys",
    count: async (key) => (await select("count(*) AS rows", key).first<number>("rows")) ?? 0,
    read: async (key) => {
      const columns = "id, name, created_at, expires_at, revoked_at, last_used_at";
      const { results } = await select(columns, key).all();
      return results.length === 0 ? undefined : results;
    },
  };
}

/**
 * Where a source goes on may be a row of the tenant's database that names the user. It is a place in the tenant's own data
 * and moves on with the next row: to forget it would be to read everything again.
 */
export function d1SourcePlaces(database: D1Database): Pick<Holding, "store" | "count" | "read"> {
  const names = async ({ tenant, user }: UserKey): Promise<readonly string[]> => {
    const { results } = await database
      .prepare(
        `SELECT DISTINCT sources.name FROM sources, json_tree(sources.cursor) AS part
         WHERE sources.tenant = ? AND part.fullkey IN ('$.user', '$.users.id') AND part.atom = ?`,
      )
      .bind(tenant, user)
      .all<{ name: string }>();
    return results.map(({ name }) => name);
  };
  return {
    store: "source_places",
    count: async (key) => (await names(key)).length,
    async read(key) {
      const sources = await names(key);
      return sources.length === 0 ? undefined : { sources };
    },
  };
}

const DEAD_LIMIT = 1_000;

/** Messages of events that nobody could use: of each, the user's events go, and the others stay. */
export function deadEventsHolding(dead: DeadEvents): Holding {
  const linesOf = async ({ tenant, user }: UserKey) => {
    const messages = await dead.list(tenant, DEAD_LIMIT);
    return messages.flatMap((message) => {
      if (!message.body.includes(user)) return [];
      const opened = openMessage(JSON.parse(message.body));
      if (opened === undefined) return [];
      const own = opened.events.filter((event) => event.user === user);
      const others = opened.events.filter((event) => event.user !== user);
      return own.length === 0 ? [] : [{ message, own, others }];
    });
  };
  return {
    store: "dead_events",
    async erase(key) {
      let erased = 0;
      for (const { message, own, others } of await linesOf(key)) {
        const rest = packEvents(key.tenant, others);
        await dead.keep(
          rest.map(({ message: body, events }, at) => ({
            ...message,
            // Others come first: who dies in between leaves both, and events count once.
            id: `${message.id}-${at}`,
            events: events.length,
            body: JSON.stringify(body),
          })),
        );
        await dead.drop(key.tenant, [message.id]);
        erased += own.length;
      }
      return erased;
    },
    count: async (key) => (await linesOf(key)).reduce((sum, { own }) => sum + own.length, 0),
    read: async (key) => {
      const events = (await linesOf(key)).flatMap(({ own }) => own);
      return events.length === 0 ? undefined : events;
    },
  };
}
