import { describe, it } from "vitest";
import type { TenantId } from "../../src/domain/ids.ts";
import { UNKNOWN_DEPLOYMENT } from "../../src/tenants/deployment-record.ts";
import { aDirectory, aTenantRecord } from "../support/tenant-directory.ts";

const ACME = "acme" as TenantId;
const OTHER = "other" as TenantId;

describe("a directory whose registry answers", () => {
  it("asks once, and then not for 2 s, for any number of requests", async ({ expect }) => {
    const { registry, directory, background } = aDirectory();
    registry.put(aTenantRecord(ACME, { rollout_pct: 7 }));
    const found = await directory.find(ACME, 0, background);
    expect(found?.config.rollout_pct).toBe(7);
    for (const nowMs of [0, 500, 1_999]) {
      expect(directory.known(ACME, nowMs, background)).toBe(found);
    }
    expect(registry.questions).toEqual([{ since: undefined, wanted: ACME }]);
  });

  it("serves what it knows from 2 s to 4 s of age, and asks once behind the answer", async ({
    expect,
  }) => {
    const { registry, directory, background, settled } = aDirectory();
    registry.put(aTenantRecord(ACME));
    const before = await directory.find(ACME, 0, background);
    const changed = registry.put(aTenantRecord(ACME, { kill_switch: true }));
    expect(directory.known(ACME, 3_999, background)).toBe(before);
    expect(directory.known(ACME, 3_999, background)).toBe(before);
    await settled();
    expect(directory.known(ACME, 3_999, background)).toEqual(changed);
    expect(registry.questions.slice(1)).toEqual([{ since: 1, wanted: undefined }]);
  });

  it("lets a request ask first once all is 4 s old", async ({ expect }) => {
    const { registry, directory, background } = aDirectory();
    registry.put(aTenantRecord(ACME));
    await directory.find(ACME, 0, background);
    const changed = registry.put(aTenantRecord(ACME, { kill_switch: true }));
    expect(directory.known(ACME, 4_000, background)).toBeUndefined();
    expect(await directory.find(ACME, 4_000, background)).toEqual(changed);
  });

  it("learns of every tenant's change with one question", async ({ expect }) => {
    const { registry, directory, background, settled } = aDirectory();
    for (const id of [ACME, OTHER]) registry.put(aTenantRecord(id));
    await directory.find(ACME, 0, background);
    await directory.find(OTHER, 0, background);
    const changed = [ACME, OTHER].map((id) =>
      registry.put(aTenantRecord(id, { kill_switch: true })),
    );
    directory.known(ACME, 2_000, background);
    await settled();
    expect(directory.known(ACME, 2_001, background)).toEqual(changed[0]);
    expect(directory.known(OTHER, 2_001, background)).toEqual(changed[1]);
    expect(registry.questions).toHaveLength(3);
  });

  it("hands out the same object while a record is the same", async ({ expect }) => {
    const { registry, directory, background } = aDirectory();
    registry.put(aTenantRecord(ACME));
    const before = await directory.find(ACME, 0, background);
    registry.put(aTenantRecord(OTHER));
    expect(await directory.find(ACME, 10_000, background)).toBe(before);
  });

  it("keeps the newer record when two questions are answered in the other order", async ({
    expect,
  }) => {
    const { registry, directory, background, settled } = aDirectory();
    registry.put(aTenantRecord(ACME));
    await directory.find(ACME, 0, background);
    const late = registry.holdNext();
    registry.put(aTenantRecord(ACME, { rollout_pct: 1 }));
    directory.known(ACME, 2_000, background);
    const newest = registry.put(aTenantRecord(ACME, { rollout_pct: 2 }));
    directory.known(ACME, 3_000, background);
    late();
    await settled();
    expect(directory.known(ACME, 3_001, background)).toEqual(newest);
  });

  it("takes in many changes at once, part by part", async ({ expect }) => {
    const { registry, directory, background } = aDirectory();
    registry.put(aTenantRecord(ACME));
    await directory.find(ACME, 0, background);
    for (let at = 0; at < 7; at += 1) registry.put(aTenantRecord(`t-${at}` as TenantId));
    const changed = registry.put(aTenantRecord(ACME, { kill_switch: true }));
    registry.partSize = 3;
    expect(await directory.find(ACME, 10_000, background)).toEqual(changed);
    expect(registry.questions.slice(1).map(({ since }) => since)).toEqual([1, 4, 7]);
  });

  it("sees its own isolate's write at once", async ({ expect }) => {
    const { registry, directory, background } = aDirectory();
    registry.put(aTenantRecord(ACME));
    await directory.find(ACME, 0, background);
    const written = registry.put(aTenantRecord(ACME, { kill_switch: true }));
    directory.learn(written);
    expect(directory.known(ACME, 1, background)).toEqual(written);
  });
});

describe("a tenant that nobody knows", () => {
  it("is not asked for again within 2 s, and is found after", async ({ expect }) => {
    const { registry, directory, background } = aDirectory();
    expect(await directory.find(ACME, 0, background)).toBeUndefined();
    const created = registry.put(aTenantRecord(ACME));
    expect(await directory.find(ACME, 1_999, background)).toBeUndefined();
    expect(registry.questions).toHaveLength(1);
    expect(await directory.find(ACME, 2_000, background)).toEqual(created);
  });

  it("is found at once where it was created", async ({ expect }) => {
    const { registry, directory, background } = aDirectory();
    await directory.find(ACME, 0, background);
    const created = registry.put(aTenantRecord(ACME));
    directory.learn(created);
    expect(await directory.find(ACME, 1, background)).toEqual(created);
  });
});

describe("the deployment's record", () => {
  it("comes with the first question, and its changes with the others", async ({ expect }) => {
    const { registry, directory, background, settled } = aDirectory();
    registry.put(aTenantRecord(ACME));
    expect(directory.deployment).toBe(UNKNOWN_DEPLOYMENT);
    await directory.find(ACME, 0, background);
    const { deployment } = directory;
    expect(deployment).toEqual({ version: 1, kill_switch: false, excluded_items: [] });
    registry.putDeployment({ kill_switch: true });
    directory.known(ACME, 2_000, background);
    await settled();
    expect(directory.deployment).toEqual({ version: 2, kill_switch: true, excluded_items: [] });
    expect(deployment.kill_switch).toBe(false);
  });
});

describe("a directory whose registry is away", () => {
  it("serves the last known record, waits for nobody, and says that it is stale", async ({
    expect,
  }) => {
    const { registry, directory, background, settled } = aDirectory();
    registry.put(aTenantRecord(ACME));
    const before = await directory.find(ACME, 0, background);
    registry.away = true;
    expect(directory.stale).toBe(false);
    expect(await directory.find(ACME, 60_000, background)).toBe(before);
    expect(directory.stale).toBe(true);
    const asked = registry.questions.length;
    for (const nowMs of [60_100, 60_900]) {
      expect(directory.known(ACME, nowMs, background)).toBe(before);
    }
    expect(registry.questions).toHaveLength(asked);
    expect(directory.known(ACME, 61_000, background)).toBe(before);
    await settled();
    expect(registry.questions).toHaveLength(asked + 1);
  });

  it("is up to date with the first answer that comes again", async ({ expect }) => {
    const { registry, directory, background, settled } = aDirectory();
    registry.put(aTenantRecord(ACME));
    await directory.find(ACME, 0, background);
    registry.away = true;
    await directory.find(ACME, 60_000, background);
    const changed = registry.put(aTenantRecord(ACME, { kill_switch: true }));
    registry.away = false;
    directory.known(ACME, 61_000, background);
    await settled();
    expect(directory.stale).toBe(false);
    expect(directory.known(ACME, 61_001, background)).toEqual(changed);
  });

  it("gives up after its deadline", async ({ expect }) => {
    const { registry, directory, background } = aDirectory({ deadlineMs: 5 });
    registry.put(aTenantRecord(ACME));
    const before = await directory.find(ACME, 0, background);
    registry.holdNext();
    expect(await directory.find(ACME, 60_000, background)).toBe(before);
    expect(directory.stale).toBe(true);
  });

  it("serves a copy when it is cold, and the record once it is back", async ({ expect }) => {
    const { registry, copies, directory, background, settled } = aDirectory();
    const kept = registry.put(aTenantRecord(ACME));
    await copies.keep(kept);
    await copies.keep(registry.putDeployment({ kill_switch: true }));
    const changed = registry.put(aTenantRecord(ACME, { rollout_pct: 3 }));
    registry.away = true;
    expect(await directory.find(ACME, 0, background)).toEqual(kept);
    expect(directory.deployment.kill_switch).toBe(true);
    expect(directory.known(ACME, 500, background)).toEqual(kept);
    expect(copies.asked).toBe(1);
    registry.away = false;
    directory.known(ACME, 1_000, background);
    await settled();
    expect(await directory.find(ACME, 1_001, background)).toEqual(changed);
  });

  it("fails for a tenant of which there is neither record nor copy", async ({ expect }) => {
    const { registry, directory, background } = aDirectory();
    registry.away = true;
    await expect(directory.find(ACME, 0, background)).rejects.toMatchObject({
      code: "REGISTRY_UNAVAILABLE",
    });
  });
});
