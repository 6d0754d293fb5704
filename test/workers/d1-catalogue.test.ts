import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { D1Catalogue } from "../../src/catalogue/d1-catalogue.ts";
import type { ItemId, TenantId } from "../../src/domain/ids.ts";

describe("the catalogue in D1", () => {
  it("finds items by their key, and does not read the tenant's whole catalogue", async ({
    expect,
  }) => {
    const asked: string[] = [];
    const database = new Proxy(env.DB, {
      get: (target, name) =>
        name === "prepare"
          ? (sql: string) => {
              asked.push(sql);
              return target.prepare(sql);
            }
          : Reflect.get(target, name),
    });
    await new D1Catalogue(database).lookup("t" as TenantId, ["a" as ItemId]);
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${asked[0]}`)
      .bind("t", `["a"]`)
      .all<{ detail: string }>();
    expect(results.map(({ detail }) => detail)).toContain(
      "SEARCH items USING PRIMARY KEY (tenant=? AND id=?)",
    );
  });
});
