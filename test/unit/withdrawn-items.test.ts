import { describe, it } from "vitest";
import type { ItemId, TenantId } from "../../src/domain/ids.ts";
import type { Withdrawn } from "../../src/tenants/withdrawn-items.ts";
import { aDirectory, aTenantRecord } from "../support/tenant-directory.ts";

const ACME = "acme" as TenantId;
const WITHDRAWN: readonly Withdrawn[] = [
  { item: "deleted" as ItemId, reason: "gone" },
  { item: "sold" as ItemId, reason: "stock" },
];

async function served(filters: object) {
  const { registry, directory, background } = aDirectory();
  registry.put({ ...aTenantRecord(ACME, { filters }), withdrawn: WITHDRAWN });
  const tenant = await directory.find(ACME, 0, background);
  return { registry, directory, background, tenant };
}

describe("withdrawn items", () => {
  it("are excluded beside what the record excludes, and stock only where it matters", async ({
    expect,
  }) => {
    const any = await served({ excluded_items: ["own"] });
    expect(any.tenant?.config.filters.excluded_items).toEqual(["own", "deleted"]);
    const stocked = await served({ stock: "in_stock" });
    expect(stocked.tenant?.config.filters.excluded_items).toEqual(["deleted", "sold"]);
  });

  it("stay so over an edit that was made here, which does not name them", async ({ expect }) => {
    const { registry, directory, background } = await served({});
    const edited = registry.put(aTenantRecord(ACME, { name: "Edited" }));
    directory.learn(edited);
    const tenant = directory.known(ACME, 1, background);
    expect(tenant?.config.name).toBe("Edited");
    expect(tenant?.config.filters.excluded_items).toEqual(["deleted"]);
  });

  it("are excluded in a cold isolate that has a copy alone", async ({ expect }) => {
    const { registry, copies, directory, background } = aDirectory();
    await copies.keep({ ...aTenantRecord(ACME), withdrawn: WITHDRAWN });
    registry.away = true;
    const tenant = await directory.find(ACME, 0, background);
    expect(tenant?.config.filters.excluded_items).toEqual(["deleted"]);
    expect(tenant?.withdrawn).toEqual(WITHDRAWN);
  });

  it("are no longer excluded when the registry says so", async ({ expect }) => {
    const { registry, directory, background } = await served({});
    registry.put(aTenantRecord(ACME));
    const tenant = await directory.find(ACME, 10_000, background);
    expect(tenant?.config.filters.excluded_items).toEqual([]);
  });
});
