import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { type Ask, aTenant, aWorker, makeKey, OPERATOR_KEY, statusOf } from "./support/access.ts";

interface ListedKey {
  readonly id: string;
  readonly state: string;
  readonly last_used_at: string | null;
}

const listKeys = async (ask: Ask, tenant: string): Promise<readonly ListedKey[]> => {
  const answer = await ask(`/t/${tenant}/admin/keys`, { credential: OPERATOR_KEY });
  return (await answer.json<{ keys: ListedKey[] }>()).keys;
};

const stats = (ask: Ask, tenant: string, credential: string, user = "alice") =>
  statusOf(ask(`/t/${tenant}/feed-stats/${user}`, { credential }));

describe("API keys", () => {
  it("show their text once and keep only its digest", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const made = await makeKey(ask, tenant, ["reader"]);
    expect(made.key).toMatch(/^nf_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    expect(made.created_by).toBe("operator");
    const secret = made.key.slice(-43);
    expect(JSON.stringify(await listKeys(ask, tenant))).not.toContain(secret);
    const row = await env.DB.prepare("SELECT * FROM api_keys WHERE id = ?").bind(made.id).first();
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(await stats(ask, tenant, made.key)).toBe(200);
  });

  it("work side by side during a rotation, and the old one stops after it", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const old = await makeKey(ask, tenant, ["reader"], { user_id: "alice" });
    const rotate = (json: unknown) =>
      ask(`/t/${tenant}/admin/keys/${old.id}/rotate`, {
        method: "POST",
        credential: OPERATOR_KEY,
        json,
      });
    const answer = await rotate({ overlap_seconds: 3_600 });
    expect(answer.status).toBe(201);
    const successor = await answer.json<typeof old>();
    expect(successor).toMatchObject({ replaces: old.id, roles: ["reader"], user_id: "alice" });
    expect(await stats(ask, tenant, old.key)).toBe(200);
    expect(await stats(ask, tenant, successor.key)).toBe(200);
    expect(await stats(ask, tenant, successor.key, "bob")).toBe(403);
    expect(await statusOf(rotate({ overlap_seconds: 0 }))).toBe(201);
    expect(await stats(ask, tenant, old.key)).toBe(401);
    expect(await stats(ask, tenant, successor.key)).toBe(200);
    expect(await statusOf(rotate({}))).toBe(404);
    expect((await listKeys(ask, tenant)).map(({ state }) => state).toSorted()).toEqual([
      "active",
      "active",
      "expired",
    ]);
  });

  it("rotate with a day of overlap when nothing is said", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const { id } = await makeKey(ask, tenant, ["reader"]);
    const answer = await ask(`/t/${tenant}/admin/keys/${id}/rotate`, {
      method: "POST",
      credential: OPERATOR_KEY,
    });
    expect(answer.status).toBe(201);
    await answer.text();
    const row = await env.DB.prepare("SELECT expires_at AS ends FROM api_keys WHERE id = ?")
      .bind(id)
      .first<{ ends: number }>();
    expect(row?.ends).toBeGreaterThan(Date.now() + 86_300_000);
    expect(row?.ends).toBeLessThan(Date.now() + 86_500_000);
  });

  it("are refused once revoked, and stay in the list", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const { id, key } = await makeKey(ask, tenant, ["reader"]);
    const revoke = () =>
      statusOf(
        ask(`/t/${tenant}/admin/keys/${id}`, { method: "DELETE", credential: OPERATOR_KEY }),
      );
    expect(await stats(ask, tenant, key)).toBe(200);
    expect(await revoke()).toBe(204);
    expect(await stats(ask, tenant, key)).toBe(401);
    expect(await revoke()).toBe(204);
    expect((await listKeys(ask, tenant)).map(({ state }) => state)).toEqual(["revoked"]);
  });

  it("belong to one tenant: another's admin neither sees nor revokes them", async ({ expect }) => {
    const ask = aWorker();
    const [mine, theirs] = [await aTenant(ask), await aTenant(ask)];
    const { id } = await makeKey(ask, mine, ["reader"]);
    const stranger = await makeKey(ask, theirs, ["admin"]);
    const credential = stranger.key;
    expect(await statusOf(ask(`/t/${mine}/admin/keys`, { credential }))).toBe(401);
    expect(
      await statusOf(ask(`/t/${theirs}/admin/keys/${id}`, { method: "DELETE", credential })),
    ).toBe(404);
    expect(
      await statusOf(
        ask(`/t/${theirs}/admin/keys/${id}/rotate`, { method: "POST", credential, json: {} }),
      ),
    ).toBe(404);
  });

  it("are made by a tenant's admin, but never for an operator", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const admin = await makeKey(ask, tenant, ["admin"]);
    const make = (json: unknown) =>
      ask(`/t/${tenant}/admin/keys`, { method: "POST", credential: admin.key, json });
    const answer = await make({ name: "site", roles: ["service", "service"] });
    expect(await answer.json()).toMatchObject({
      roles: ["service"],
      created_by: `key:${admin.id}`,
    });
    expect(await statusOf(make({ name: "root", roles: ["operator"] }))).toBe(400);
    expect(await statusOf(make({ name: "none", roles: [] }))).toBe(400);
    expect(await statusOf(make({ name: "odd", roles: ["reader"], tenant: "x" }))).toBe(400);
    const past = { name: "past", roles: ["reader"], expires_at: "2020-01-01T00:00:00Z" };
    expect(await statusOf(make(past))).toBe(400);
  });

  it("record their last use behind the answer", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const { key } = await makeKey(ask, tenant, ["reader"]);
    expect((await listKeys(ask, tenant))[0]?.last_used_at).toBeNull();
    await stats(ask, tenant, key);
    expect((await listKeys(ask, tenant))[0]?.last_used_at).not.toBeNull();
  });
});
