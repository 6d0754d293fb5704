import { SignJWT } from "jose";
import { describe, it } from "vitest";
import { ALICE, NOW_MS, TENANT } from "../support/access-builders.ts";
import { anIssuer, jwtAuth, NOW_SECONDS, SECRET, type TokenOrder } from "../support/tokens.ts";

async function refusalOf(order: TokenOrder): Promise<string> {
  const { verifier, sign } = await anIssuer();
  return messageOf(verifier.verify(TENANT, jwtAuth(), await sign(order), NOW_MS));
}

const messageOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => "accepted",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

describe("a token", () => {
  it("names a user and roles", async ({ expect }) => {
    const { verifier, sign } = await anIssuer();
    const token = await sign({ claims: { roles: ["service"] } });
    const verified = await verifier.verify(TENANT, jwtAuth(), token, NOW_MS);
    expect(verified.identity).toEqual({
      kind: "token",
      tenant: TENANT,
      roles: ["service"],
      user: ALICE,
      name: "token:alice",
    });
    expect(verified.expiresAtMs).toBe(NOW_MS + 300_000);
  });

  it("is a reader when it says nothing of roles", async ({ expect }) => {
    const { verifier, sign } = await anIssuer();
    const { identity } = await verifier.verify(TENANT, jwtAuth(), await sign(), NOW_MS);
    expect(identity.roles).toEqual(["reader"]);
  });

  it("cannot make an operator, and unknown roles are none", async ({ expect }) => {
    const { verifier, sign } = await anIssuer();
    const token = await sign({ claims: { roles: "operator root reader" } });
    const { identity } = await verifier.verify(TENANT, jwtAuth(), token, NOW_MS);
    expect(identity.roles).toEqual(["reader"]);
    const rootToken = await sign({ claims: { roles: ["operator", 7, null] } });
    const root = await verifier.verify(TENANT, jwtAuth(), rootToken, NOW_MS);
    expect(root.identity.roles).toEqual([]);
  });

  it("takes user and roles from the claims that the tenant names", async ({ expect }) => {
    const { verifier, sign } = await anIssuer();
    const auth = jwtAuth({ user_claim: "uid", roles_claim: "https://acme.example/roles" });
    const token = await sign({ claims: { uid: "bob", "https://acme.example/roles": ["admin"] } });
    const { identity } = await verifier.verify(TENANT, auth, token, NOW_MS);
    expect(identity).toMatchObject({ user: "bob", roles: ["admin"] });
  });

  it("is refused when its user is no user id, so that it does not speak for all", async ({
    expect,
  }) => {
    expect(await refusalOf({ claims: { sub: "a b" } })).toContain("claim sub is no user id");
  });

  it("is refused after its expiry and the skew, and accepted within the skew", async ({
    expect,
  }) => {
    expect(await refusalOf({ expiresInSeconds: -31 })).toContain("it has expired");
    expect(await refusalOf({ expiresInSeconds: -29 })).toBe("accepted");
  });

  it("is refused before it is valid, and accepted within the skew", async ({ expect }) => {
    expect(await refusalOf({ claims: { nbf: NOW_SECONDS + 60 } })).toContain("not valid yet");
    expect(await refusalOf({ claims: { nbf: NOW_SECONDS + 20 } })).toBe("accepted");
  });

  it("is refused for another audience or issuer, and without an expiry", async ({ expect }) => {
    expect(await refusalOf({ claims: { aud: "elsewhere" } })).toContain("its audience");
    expect(await refusalOf({ claims: { iss: "https://evil.example" } })).toContain("its issuer");
    expect(await refusalOf({ withoutExpiry: true })).toContain("it has no expiry");
  });

  it("is refused when another key signed it under a known key id", async ({ expect }) => {
    const { verifier } = await anIssuer();
    const stranger = await anIssuer();
    const token = await stranger.sign();
    expect(await messageOf(verifier.verify(TENANT, jwtAuth(), token, NOW_MS))).toContain(
      "signature does not fit",
    );
  });

  it("is refused without a signature, by `none` and by emptiness", async ({ expect }) => {
    const { verifier, sign } = await anIssuer();
    const claims = encoded({ iss: "https://id.example", aud: "nearfeed", exp: NOW_SECONDS + 300 });
    const unsigned = `${encoded({ alg: "none" })}.${claims}.`;
    const stripped = (await sign()).replace(/[^.]*$/, "");
    for (const token of [unsigned, stripped, "a.b.c", "", "x".repeat(10_000)]) {
      const attempt = verifier.verify(TENANT, jwtAuth(), token, NOW_MS);
      await expect(attempt, token.slice(0, 30)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    }
  });

  it("cannot be signed with a public key as if it were a secret", async ({ expect }) => {
    const { verifier } = await anIssuer();
    const token = await new SignJWT({ iss: "https://id.example", aud: "nearfeed" })
      .setProtectedHeader({ alg: "HS256", kid: "first" })
      .setExpirationTime(NOW_SECONDS + 300)
      .sign(SECRET);
    expect(await messageOf(verifier.verify(TENANT, jwtAuth(), token, NOW_MS))).toContain(
      "algorithm is not allowed",
    );
  });

  it("may be signed with a secret that the deployment has, and only then", async ({ expect }) => {
    const { verifier } = await anIssuer();
    const token = await new SignJWT({ iss: "https://id.example", aud: "nearfeed", sub: "alice" })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime(NOW_SECONDS + 300)
      .sign(SECRET);
    const { jwks_url: _, ...bySecret } = jwtAuth({ algorithms: ["HS256"] });
    const auth = { ...bySecret, secret_name: "JWT_SECRET_ACME" };
    expect(await messageOf(verifier.verify(TENANT, auth, token, NOW_MS))).toBe("accepted");
    await expect(
      verifier.verify(TENANT, { ...auth, secret_name: "JWT_SECRET_OTHER" }, token, NOW_MS),
    ).rejects.toMatchObject({ code: "ISSUER_UNAVAILABLE" });
  });
});

describe("the keys of an issuer", () => {
  it("are fetched once for many tokens, and again after ten minutes", async ({ expect }) => {
    const { verifier, sign, state } = await anIssuer();
    const token = await sign({ expiresInSeconds: 3_600 });
    for (const second of [0, 1, 599]) {
      await verifier.verify(TENANT, jwtAuth(), token, NOW_MS + second * 1_000);
    }
    expect(state.fetches).toBe(1);
    await verifier.verify(TENANT, jwtAuth(), token, NOW_MS + 600_000);
    expect(state.fetches).toBe(2);
  });

  it("are fetched again for an unknown key id, so that a rotation is seen at once", async ({
    expect,
  }) => {
    const { verifier, sign, rotate, state } = await anIssuer();
    await verifier.verify(TENANT, jwtAuth(), await sign(), NOW_MS);
    await rotate("second");
    const later = NOW_MS + 30_000;
    const { identity } = await verifier.verify(TENANT, jwtAuth(), await sign(), later);
    expect(identity.user).toBe(ALICE);
    expect(state.fetches).toBe(2);
  });

  it("are not fetched for every guessed key id", async ({ expect }) => {
    const { verifier, sign, state } = await anIssuer();
    for (let guess = 0; guess < 20; guess += 1) {
      const token = await sign({ keyId: `guess-${guess}` });
      const message = await messageOf(verifier.verify(TENANT, jwtAuth(), token, NOW_MS + guess));
      expect(message).toContain("no such key");
    }
    expect(state.fetches).toBe(1);
  });

  it("stay while the issuer is down, which is then not asked by every request", async ({
    expect,
  }) => {
    const { verifier, sign, state } = await anIssuer();
    const token = await sign({ expiresInSeconds: 7_200 });
    await verifier.verify(TENANT, jwtAuth(), token, NOW_MS);
    state.down = true;
    for (const second of [601, 602, 603]) {
      await verifier.verify(TENANT, jwtAuth(), token, NOW_MS + second * 1_000);
    }
    expect(state.fetches).toBe(2);
  });

  it("are unavailable when the issuer never answered, until it does", async ({ expect }) => {
    const { verifier, sign, state } = await anIssuer();
    state.down = true;
    const token = await sign();
    await expect(verifier.verify(TENANT, jwtAuth(), token, NOW_MS)).rejects.toMatchObject({
      code: "ISSUER_UNAVAILABLE",
    });
    state.down = false;
    const verified = await verifier.verify(TENANT, jwtAuth(), token, NOW_MS + 1_000);
    expect(verified.identity.user).toBe(ALICE);
  });
});
