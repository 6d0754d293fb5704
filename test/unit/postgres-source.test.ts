import { describe, it } from "vitest";
import { SMALL_SIZE } from "../../scripts/gifts/gift-data.ts";
import { postgresMissing } from "../../scripts/gifts/postgres-cluster.ts";
import type { ItemId, UserId } from "../../src/domain/ids.ts";
import { postgresSource } from "../../src/sources/postgres-source.ts";
import type { ReadSource } from "../../src/sources/source-batch.ts";
import { giftDatabase } from "../support/gift-database.ts";
import { aSource } from "../support/source-fixture.ts";

describe.skipIf(postgresMissing !== undefined)("system E's database", () => {
  const { psql, source: aDatabase } = giftDatabase();

  const count = async (sql: string): Promise<number> => Number(await psql(sql));

  it("gives what is public of it, and what users did, each row once", async ({ expect }) => {
    const source = aDatabase();
    const first = await source.run();
    expect(first.error).toBeUndefined();
    const items = await count("SELECT count(*) FROM handpicked_presents WHERE user_id IS NULL");
    expect(source.items.size).toBe(items);
    expect(source.events).toHaveLength(SMALL_SIZE.likes + SMALL_SIZE.clicks);
    expect(new Set(source.events.map(({ id }) => id)).size).toBe(source.events.length);
    expect(source.users).toHaveLength(SMALL_SIZE.users);
    const second = await source.run();
    expect(second.counts).toMatchObject({ rows: 0, added: 0, changed: 0, removed: 0 });
  });

  it("does not say again who a deleted user was", async ({ expect }) => {
    await psql("UPDATE users SET updated_at = now() - interval '1 minute' WHERE id = 2");
    const source = aDatabase({ gives: ["demographics"] });
    const nowMs = Date.now();
    source.deleted.set("1" as UserId, nowMs);
    // Has said something since.
    source.deleted.set("2" as UserId, nowMs - 3_600_000);
    const { counts } = await source.run();
    expect(counts).toMatchObject({ users: SMALL_SIZE.users, of_deleted: 1 });
    const users = source.users.map(({ user }) => user);
    expect(users).toHaveLength(SMALL_SIZE.users - 1);
    expect(users).not.toContain("1");
  });

  it("says of a gift what system E filters by", async ({ expect }) => {
    await psql(`INSERT INTO handpicked_presents VALUES (900001, NULL, 'Vase', 12.50, 'etsy',
      'DE', 'in_stock', '{"category": ["home"], "gender": "f", "age": ["25-34"],
      "suitable_for": ["friend"], "acquaintance_level": "close"}',
      '2026-01-02 03:04:05.678901', now() - interval '1 minute')`);
    const source = aDatabase({ gives: ["items"] });
    await source.run();
    expect(source.items.get("900001" as ItemId)).toEqual({
      id: "900001",
      popularity: 0,
      publishedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      metadata: {
        title: "Vase",
        price: 12.5,
        platform: "etsy",
        countries: ["DE"],
        status: "in_stock",
        in_stock: true,
        category: "home",
        gender: "f",
        age: ["25-34"],
        suitable_for: ["friend"],
        acquaintance_level: ["close"],
        published_at: "2026-01-02T03:04:05.678Z",
      },
    });
  });

  it("goes on where it was, by time and key, and finds what is gone when it reads all", async ({
    expect,
  }) => {
    const source = aDatabase({ gives: ["items", "likes"] });
    await source.run();
    const before = source.events.length;
    const [id] = (
      await psql("SELECT min(id) FROM handpicked_presents WHERE user_id IS NULL")
    ).split("\n");
    await psql(`UPDATE handpicked_presents SET status = 'gone', updated_at = now() - interval '6 seconds'
      WHERE id = ${id}; DELETE FROM handpicked_presents WHERE id = 900001;
      INSERT INTO handpicked_likes VALUES (900001, 1, ${id}, now() - interval '6 seconds'),
        (900002, 2, ${id}, now() - interval '6 seconds'), (900003, 2, ${id}, now() + interval '1 day')`);
    // The first run's mark may lie later than the row that changed.
    await psql(`UPDATE handpicked_presents SET updated_at = now() WHERE id = ${id}`);
    source.nowMs += 7 * 3_600_000;
    const report = await source.run();
    expect(source.events.length - before).toBe(2);
    expect(report.counts).toMatchObject({ changed: 1, removed: 1 });
    expect(source.items.get(String(id) as ItemId)?.metadata["in_stock"]).toBe(false);
  });

  it("goes on after a run that a limit ended", async ({ expect }) => {
    const likes = await count("SELECT count(*) FROM handpicked_likes WHERE created_at < now()");
    await psql(`INSERT INTO handpicked_likes
      SELECT 1000000 + n, 1, 1, now() - interval '1 hour' FROM generate_series(1, 12000) AS n`);
    for (const [rows, ends] of [
      [6_000, ["partial", "partial", "succeeded"]],
      [4_000, ["partial", "partial", "partial", "succeeded"]],
    ] as const) {
      const source = aDatabase({ gives: ["likes"], limits: { rows } });
      const outcomes: string[] = [];
      for (const _ of ends) outcomes.push((await source.run()).outcome);
      expect(outcomes).toEqual(ends);
      expect(new Set(source.events.map(({ id }) => id)).size).toBe(likes + 12_000);
      expect(source.events).toHaveLength(likes + 12_000);
    }
  });

  it("is never written to, and ends a statement that takes too long", async ({ expect }) => {
    await psql(`ALTER TABLE handpicked_likes RENAME TO likes_table;
      CREATE FUNCTION slow() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint FROM pg_sleep(5)';
      CREATE FUNCTION wrote() RETURNS bigint LANGUAGE sql AS
        'DELETE FROM likes_table RETURNING 1::bigint';
      CREATE VIEW handpicked_likes AS SELECT slow() AS id, 1 AS user_id, 1 AS handpicked_present_id,
        now() - interval '1 day' AS created_at`);
    const source = aDatabase({ gives: ["likes"], statement_timeout_ms: 100 });
    expect((await source.run()).error).toBe("The database did not answer: 57014.");
    await psql(`CREATE OR REPLACE VIEW handpicked_likes AS SELECT wrote() AS id, 1 AS user_id,
      1 AS handpicked_present_id, now() - interval '1 day' AS created_at`);
    expect((await source.run()).error).toBe("The database did not answer: 25006.");
    expect(await count("SELECT count(*) FROM likes_table")).toBeGreaterThan(1_000);
  });

  it("fails in words that are fit to be shown when it is not there", async ({ expect }) => {
    const source = aSource(
      { kind: "postgres" },
      postgresSource("postgres://nobody:hunter2@127.0.0.1:1/none") as ReadSource,
    );
    expect((await source.run()).error).toBe("The database did not answer: ECONNREFUSED.");
  });
});
