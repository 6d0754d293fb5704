import { describe, it } from "vitest";
import { ApiKeyRing } from "../../src/access/api-key-ring.ts";
import { aBackground, aKey, KeyTable, NOW_MS, TENANT } from "../support/access-builders.ts";

async function aRing() {
  const table = new KeyTable();
  const { key } = aKey();
  await table.add(key);
  const ring = new ApiKeyRing(table);
  const { background, works, settle } = aBackground();
  const find = (seconds: number, id = key.id) =>
    ring.find(TENANT, id, NOW_MS + seconds * 1_000, background);
  return { table, key, ring, background, works, settle, find };
}

describe("the key ring of an isolate", () => {
  it("asks the table once while the key is fresh", async ({ expect }) => {
    const { table, key, find } = await aRing();
    expect(await find(0)).toEqual(key);
    expect(await find(14.9)).toEqual(key);
    expect(table.reads).toBe(1);
  });

  it("refuses a revoked key within 60 s however often it is used", async ({ expect }) => {
    const { table, key, settle, find } = await aRing();
    await find(0);
    await table.revoke(TENANT, key.id, NOW_MS + 1);
    let lastBelieved = 0;
    for (let second = 1; second < 120; second += 1) {
      if ((await find(second))?.revokedAtMs === undefined) lastBelieved = second;
      await settle();
    }
    expect(lastBelieved).toBeLessThan(60);
  });

  it("refuses a revoked key within 60 s when it is used again after a pause", async ({
    expect,
  }) => {
    const { table, key, find } = await aRing();
    await find(0);
    await table.revoke(TENANT, key.id, NOW_MS + 1);
    expect((await find(45))?.revokedAtMs).toBe(NOW_MS + 1);
  });

  it("believes a key for ten minutes while the table is down, and no longer", async ({
    expect,
  }) => {
    const { table, key, settle, find } = await aRing();
    await find(0);
    table.down = true;
    expect(await find(300)).toEqual(key);
    await settle();
    expect(await find(599)).toEqual(key);
    await settle();
    await expect(find(602)).rejects.toMatchObject({ code: "REGISTRY_UNAVAILABLE" });
  });

  it("cannot vouch for a key that it never saw while the table is down", async ({ expect }) => {
    const { table, find } = await aRing();
    table.down = true;
    await expect(find(0)).rejects.toMatchObject({ code: "REGISTRY_UNAVAILABLE" });
  });

  it("asks again for an unknown key after 2 s", async ({ expect }) => {
    const { table, find } = await aRing();
    expect(await find(0, "0123456789abcdef")).toBeUndefined();
    await find(1.9, "0123456789abcdef");
    expect(table.reads).toBe(1);
    await find(2, "0123456789abcdef");
    expect(table.reads).toBe(2);
  });

  it("records a use behind the answer, once a minute", async ({ expect }) => {
    const { table, key, ring, background, settle, find } = await aRing();
    for (const second of [0, 1, 30, 59, 61]) {
      await find(second);
      ring.recordUse(key, NOW_MS + second * 1_000, background);
      await settle();
    }
    expect(table.uses).toBe(2);
  });

  it("keeps keys of two tenants apart", async ({ expect }) => {
    const { key, ring, background } = await aRing();
    await ring.find(TENANT, key.id, NOW_MS, background);
    const other = "other" as typeof TENANT;
    expect(await ring.find(other, key.id, NOW_MS, background)).toBeUndefined();
  });
});
