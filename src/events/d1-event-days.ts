import type { TenantId } from "../domain/ids.ts";
import type { EventDays } from "./recent-events.ts";

/** From the manifest of the log: one row of an index. */
export class D1EventDays implements EventDays {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async loggedSince(tenant: TenantId, day: number): Promise<boolean> {
    const row = await this.#database
      .prepare("SELECT 1 FROM event_files WHERE tenant = ? AND day >= ? LIMIT 1")
      .bind(tenant, day)
      .first();
    return row !== null;
  }
}
