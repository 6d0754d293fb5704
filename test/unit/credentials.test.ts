import { describe, it } from "vitest";
import { ApiKeyRing } from "../../src/access/api-key-ring.ts";
import { Credentials } from "../../src/access/credentials.ts";
import type { TenantId } from "../../src/domain/ids.ts";
import type { TenantAuth } from "../../src/tenants/tenant-auth.ts";
import { ALICE, aBackground, aKey, KeyTable, NOW_MS, TENANT } from "../support/access-builders.ts";
import { anIssuer, jwtAuth } from "../support/tokens.ts";

const ADMIN_KEY = "an-admin-key-of-tests";

interface Asked {
  readonly auth?: TenantAuth;
  readonly tenant?: TenantId;
  readonly nowMs?: number;
}

async function aDesk(defaultAuth: "open" | "keys" = "keys") {
  const table = new KeyTable();
  const issuer = await anIssuer();
  const desk = new Credentials({
    adminKey: ADMIN_KEY,
    defaultAuth,
    keyRing: new ApiKeyRing(table),
    tokens: issuer.verifier,
  });
  const { background } = aBackground();
  const identify = (credential: string | undefined, asked: Asked = {}) =>
    desk.identify({
      credential,
      tenant: TENANT,
      auth: { mode: "deployment" },
      nowMs: NOW_MS,
      background,
      ...asked,
    });
  // What is wrong at once is thrown, and what is wrong later rejects.
  const prove = async (credential: string, asked?: Asked) => identify(credential, asked);
  return { table, issuer, identify, prove };
}

const unauthenticated = (message: string) => ({ code: "UNAUTHENTICATED", message });

describe("credentials", () => {
  it("make nobody of an anonymous caller, at once and without a promise", async ({ expect }) => {
    const { identify } = await aDesk();
    expect(identify(undefined)).toMatchObject({ kind: "anonymous", roles: [] });
    expect(identify(undefined, { auth: { mode: "open" } })).toMatchObject({ roles: [] });
  });

  it("are not needed for an open tenant of an open deployment", async ({ expect }) => {
    const { identify } = await aDesk("open");
    expect(identify(undefined)).toMatchObject({ roles: ["service"] });
    expect(identify(undefined, { auth: { mode: "keys" } })).toMatchObject({ roles: [] });
    const jwt: TenantAuth = { mode: "jwt", jwt: jwtAuth() };
    expect(identify(undefined, { auth: jwt })).toMatchObject({ roles: [] });
  });

  it("know the operator by the admin key and by nothing near it", async ({ expect }) => {
    const { identify, prove } = await aDesk();
    expect(await identify(ADMIN_KEY)).toMatchObject({ kind: "operator" });
    for (const near of [`${ADMIN_KEY}x`, ADMIN_KEY.slice(1), ADMIN_KEY.toUpperCase(), ""]) {
      await expect(prove(near)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    }
  });

  it("know a key, its roles and its user", async ({ expect }) => {
    const { table, identify } = await aDesk();
    const { text, key } = aKey({ user: ALICE });
    await table.add(key);
    expect(await identify(text)).toMatchObject({
      kind: "key",
      tenant: TENANT,
      roles: ["reader"],
      user: ALICE,
      name: `key:${key.id}`,
    });
  });

  it("refuse a key of another tenant, a wrong secret and a malformed key alike", async ({
    expect,
  }) => {
    const { table, prove } = await aDesk();
    const { text, key } = aKey();
    await table.add(key);
    const { text: other } = aKey();
    const forged = `nf_${key.id}_${other.split("_").slice(2).join("_")}`;
    await expect(prove(forged)).rejects.toMatchObject(unauthenticated("The key is not known."));
    await expect(prove("nf_x")).rejects.toMatchObject(unauthenticated("The key is not known."));
    await expect(prove(text, { tenant: "other" as TenantId })).rejects.toMatchObject(
      unauthenticated("The key is not known."),
    );
  });

  it("say to the owner of a key that it is expired or revoked", async ({ expect }) => {
    const { table, prove } = await aDesk();
    const expired = aKey({ expiresAtMs: NOW_MS });
    const revoked = aKey({ revokedAtMs: NOW_MS - 1 });
    await table.add(expired.key);
    await table.add(revoked.key);
    await expect(prove(expired.text)).rejects.toMatchObject(
      unauthenticated("The key has expired."),
    );
    await expect(prove(revoked.text)).rejects.toMatchObject(
      unauthenticated("The key was revoked."),
    );
  });

  it("verify a token once a minute, and again under another config", async ({ expect }) => {
    const { issuer, identify, prove } = await aDesk();
    const auth: TenantAuth = { mode: "jwt", jwt: jwtAuth() };
    const token = await issuer.sign();
    expect(await identify(token, { auth })).toMatchObject({ kind: "token", user: ALICE });
    await issuer.rotate("second");
    expect(await identify(token, { auth, nowMs: NOW_MS + 59_000 })).toMatchObject({ user: ALICE });
    const changed: TenantAuth = { mode: "jwt", jwt: jwtAuth({ audience: "elsewhere" }) };
    await expect(prove(token, { auth: changed })).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });

  it("forget a token at its expiry", async ({ expect }) => {
    const { issuer, identify, prove } = await aDesk();
    const auth: TenantAuth = { mode: "jwt", jwt: jwtAuth({ clock_skew_seconds: 0 }) };
    const token = await issuer.sign({ expiresInSeconds: 10 });
    await identify(token, { auth });
    await expect(prove(token, { auth, nowMs: NOW_MS + 10_000 })).rejects.toMatchObject({
      message: "The token is refused: it has expired.",
    });
  });

  it("prove a token for each tenant, even under the same config", async ({ expect }) => {
    const { issuer, identify } = await aDesk();
    const auth: TenantAuth = { mode: "jwt", jwt: jwtAuth() };
    const token = await issuer.sign();
    expect(await identify(token, { auth })).toMatchObject({ tenant: TENANT });
    const tenant = "other" as TenantId;
    expect(await identify(token, { auth, tenant })).toMatchObject({ tenant });
  });

  it("do not carry a token of one tenant over to another", async ({ expect }) => {
    const { issuer, identify, prove } = await aDesk();
    const token = await issuer.sign();
    await identify(token, { auth: { mode: "jwt", jwt: jwtAuth() } });
    const tenant = "other" as TenantId;
    const auth: TenantAuth = { mode: "jwt", jwt: jwtAuth({ audience: "other" }) };
    await expect(prove(token, { auth, tenant })).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
    await expect(prove(token, { tenant })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });
});
