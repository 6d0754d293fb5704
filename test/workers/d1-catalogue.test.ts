import { describe, it } from "vitest";
import { D1Catalogue } from "../../src/catalogue/d1-catalogue.ts";
import type { ItemId, TenantId } from "../../src/domain/ids.ts";
import { queryPlan } from "./support/query-plan.ts";

describe("the catalogue in D1", () => {
  it("finds items by their key, and does not read the tenant's whole catalogue", async ({
    expect,
  }) => {
    const lookup = (database: D1Database) =>
      new D1Catalogue(database).lookup("t" as TenantId, ["a" as ItemId]);
    expect(await queryPlan(lookup, "t", `["a"]`)).toContain(
      "SEARCH items USING PRIMARY KEY (tenant=? AND id=?)",
    );
  });
});
