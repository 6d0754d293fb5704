/** A Durable Object that holds the versions of one tenant's global pools. */
import { DurableObject } from "cloudflare:workers";
import type { PoolShelf } from "../pools/durable-pool-store.ts";
import type { PublishOutcome } from "../pools/pool-store.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS versions (
  version INTEGER PRIMARY KEY,
  manifest TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS parts (
  version INTEGER NOT NULL,
  part INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (version, part)
) STRICT, WITHOUT ROWID;`;

/** Superseded versions stay for edges that still hold their pointer: two of them, and all of the last hour. */
const KEPT_VERSIONS = 3;
const KEPT_MS = 3_600_000;

export class PoolObject extends DurableObject implements PoolShelf {
  readonly #sql: SqlStorage;

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#sql.exec(SCHEMA);
  }

  publish(version: number, manifest: string, parts: readonly string[]): PublishOutcome {
    const [newest] = this.#sql
      .exec<{ version: number }>("SELECT version FROM versions ORDER BY version DESC LIMIT 1")
      .toArray();
    if (newest !== undefined && newest.version > version) return "superseded";
    this.ctx.storage.transactionSync(() => {
      parts.forEach((text, part) => {
        this.#sql.exec(
          "INSERT OR REPLACE INTO parts (version, part, text) VALUES (?, ?, ?)",
          version,
          part,
          text,
        );
      });
      this.#sql.exec(
        "INSERT OR REPLACE INTO versions (version, manifest) VALUES (?, ?)",
        version,
        manifest,
      );
      this.#sql.exec(
        `DELETE FROM versions WHERE version < ? AND version NOT IN
           (SELECT version FROM versions ORDER BY version DESC LIMIT ?)`,
        version - KEPT_MS,
        KEPT_VERSIONS,
      );
      this.#sql.exec("DELETE FROM parts WHERE version NOT IN (SELECT version FROM versions)");
    });
    return "published";
  }

  current(): string | undefined {
    const [row] = this.#sql
      .exec<{ manifest: string }>("SELECT manifest FROM versions ORDER BY version DESC LIMIT 1")
      .toArray();
    return row?.manifest;
  }

  load(version: number): readonly string[] | undefined {
    const parts = this.#sql
      .exec<{ text: string }>("SELECT text FROM parts WHERE version = ? ORDER BY part", version)
      .toArray()
      .map((row) => row.text);
    return parts.length === 0 ? undefined : parts;
  }
}
