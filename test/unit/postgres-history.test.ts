import { describe, it } from "vitest";
import { SMALL_SIZE } from "../../scripts/gifts/gift-data.ts";
import { postgresMissing } from "../../scripts/gifts/postgres-cluster.ts";
import { giftDatabase } from "../support/gift-database.ts";
import type { SourceWorld } from "../support/source-fixture.ts";

const idsOf = ({ events }: SourceWorld): readonly string[] =>
  events.map(({ id }) => id.replace(/^postgres-(like|click)-/, ""));

/** A schema with empty tables. Times are UTC in there. */
const tablesOf = (schema: string, idType: string): string => `SET TimeZone = 'UTC';
  CREATE SCHEMA ${schema};
  CREATE TABLE ${schema}.handpicked_likes (id ${idType} PRIMARY KEY, user_id ${idType},
    handpicked_present_id bigint, created_at timestamp);
  CREATE TABLE ${schema}.handpicked_present_clicks (LIKE ${schema}.handpicked_likes);`;

describe.skipIf(postgresMissing !== undefined)("what users did before the first read", () => {
  const { psql, source: aDatabase } = giftDatabase();

  it("comes user by user, each row once, over as many runs as it takes", async ({ expect }) => {
    const source = aDatabase({ gives: ["likes", "clicks"], limits: { rows: 400 } });
    const outcomes: string[] = [];
    do {
      outcomes.push((await source.run()).outcome);
      const { user, history } = source.record().cursor ?? {};
      // Whose rights it is to be told of it finds them there.
      expect(user).toBe(history === undefined ? undefined : source.events.at(-1)?.user);
    } while (outcomes.at(-1) === "partial");
    expect(outcomes.at(-1)).toBe("succeeded");
    expect(outcomes.length).toBeGreaterThan(8);
    for (const [type, count] of [
      ["like", SMALL_SIZE.likes],
      ["click", SMALL_SIZE.clicks],
    ] as const) {
      const events = source.events.filter((event) => event.type === type);
      const sorted = events.toSorted(
        (a, b) => Number(a.user) - Number(b.user) || a.atMs - b.atMs || a.id.localeCompare(b.id),
      );
      expect(events).toEqual(sorted);
      expect(events).toHaveLength(count);
      expect(new Set(events.map(({ id }) => id)).size).toBe(count);
    }
  });

  it("ends at the horizon, and what was added meanwhile comes after it by time", async ({
    expect,
  }) => {
    await psql(`${tablesOf("meanwhile", "bigint")}
      INSERT INTO meanwhile.handpicked_likes
        SELECT n, n, 1, now() - interval '2 hours' FROM generate_series(1, 6) AS n;
      INSERT INTO meanwhile.handpicked_likes VALUES (12, 5, 1, now() - interval '20 minutes'),
        (11, 1, 1, now() - interval '30 minutes'), (13, 6, 1, now() + interval '1 day')`);
    const ago = (hours: number): Promise<string> =>
      psql(`SET TimeZone = 'UTC'; SELECT (now() - ${hours} * interval '1 hour')::text`);
    const at = await psql("SELECT created_at FROM meanwhile.handpicked_likes WHERE id = 3");
    const until = await ago(1);
    await psql(`INSERT INTO meanwhile.handpicked_likes VALUES (7, 7, 1, '${until}')`);
    const begun = { user: "3", history: { table: "handpicked_likes", until, at, id: "3" } };
    const ask = { schema: "meanwhile", gives: ["likes"] };
    for (const rows of [1, 2, 3, 100]) {
      const source = aDatabase({ ...ask, limits: { rows } }, begun);
      let outcome: string;
      do {
        ({ outcome } = await source.run());
      } while (outcome === "partial");
      expect(idsOf(source)).toEqual(["4", "5", "6", "7", "11", "12"]);
      const place = { at: expect.any(String) as string, id: "12" };
      expect(source.record().cursor).toEqual({ handpicked_likes: place });
    }
    // Nothing came after the horizon: it is the place.
    await psql("DELETE FROM meanwhile.handpicked_likes WHERE id > 10");
    const source = aDatabase(ask, begun);
    await source.run();
    expect(source.record().cursor).toEqual({ handpicked_likes: { at: until } });
  });

  it("is not read again where a table is under way by time", async ({ expect }) => {
    await psql(`${tablesOf("old", "bigint")}
      INSERT INTO old.handpicked_likes
        SELECT n, 10 - n, 1, '2026-01-01'::timestamp + n * interval '1 day' FROM generate_series(1, 9) AS n`);
    const place = { at: "2026-01-05 00:00:00", id: "4" };
    const source = aDatabase(
      { schema: "old", gives: ["likes"], limits: { rows: 2 } },
      { handpicked_likes: place },
    );
    while ((await source.run()).outcome === "partial");
    expect(idsOf(source)).toEqual(["5", "6", "7", "8", "9"]);
  });

  it("is what has a user and a time, whatever the ids are", async ({ expect }) => {
    const rows = `SELECT gen_random_uuid(), CASE WHEN n % 3 > 0 THEN md5((n / 3)::text)::uuid END, 1,
      CASE WHEN n % 3 < 2 THEN now() - interval '1 day' END FROM generate_series(1, 30) AS n`;
    await psql(`${tablesOf("uuids", "uuid")}
      INSERT INTO uuids.handpicked_likes ${rows};
      INSERT INTO uuids.handpicked_present_clicks SELECT gen_random_uuid(), NULL, 1,
        now() - interval '1 day' FROM generate_series(1, 5)`);
    const wanted = await psql(`SELECT id FROM uuids.handpicked_likes
      WHERE user_id IS NOT NULL AND created_at IS NOT NULL ORDER BY user_id, created_at, id`);
    const source = aDatabase({ schema: "uuids", gives: ["likes", "clicks"], limits: { rows: 2 } });
    let outcome: string;
    do {
      ({ outcome } = await source.run());
    } while (outcome === "partial");
    expect(idsOf(source)).toEqual(wanted.split("\n"));
    expect(source.record().cursor).toEqual({
      handpicked_likes: { at: expect.any(String) as string },
      handpicked_present_clicks: { at: expect.any(String) as string },
    });
    expect((await source.run()).outcome).toBe("unchanged");
  });
});
