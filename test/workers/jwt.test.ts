import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";
import { afterEach, describe, it, vi } from "vitest";
import { clockMs } from "../../src/platform/clock.ts";
import { type Ask, aTenant, aWorker, makeKey, statusOf } from "./support/access.ts";

const ISSUER = "https://id.example";
const JWKS_URL = "https://id.example/jwks.json";
const SECRET = "a secret of the tests, of 32 bytes or more";
/** Longer than an isolate leaves an issuer alone that it has just asked. */
const LATER_MS = 31_000;

type Sign = (claims?: JWTPayload) => Promise<string>;

const signWith =
  (alg: string, key: Parameters<SignJWT["sign"]>[0], kid?: string): Sign =>
  (claims = {}) =>
    new SignJWT({
      iss: ISSUER,
      aud: "nearfeed",
      sub: "alice",
      exp: Math.floor(Date.now() / 1_000) + 300,
      ...claims,
    })
      .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) })
      .sign(key);

/** An issuer behind the Worker's fetch; its key can change. */
function anIssuer() {
  const jwks: { keys: object[] } = { keys: [] };
  const fetched = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation((input) =>
      Promise.resolve(
        input === JWKS_URL ? Response.json(jwks) : new Response(null, { status: 404 }),
      ),
    );
  /** The key that signed until now is not published any longer. */
  async function rotate(kid: string): Promise<Sign> {
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    jwks.keys = [{ ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" }];
    return signWith("ES256", privateKey, kid);
  }
  return { rotate, fetched };
}

const withIssuer = (jwt: object) => ({
  auth: { mode: "jwt", jwt: { issuer: ISSUER, audience: "nearfeed", ...jwt } },
});
const BY_JWKS = withIssuer({ algorithms: ["ES256"], jwks_url: JWKS_URL });
const BY_SECRET = withIssuer({ algorithms: ["HS256"], secret_name: "JWT_SECRET_TEST" });

const aTokenWorker = (): Ask => aWorker({ JWT_SECRET_TEST: SECRET });
const signBySecret = signWith("HS256", new TextEncoder().encode(SECRET));

const statsOf = (ask: Ask, tenant: string, credential: string | undefined, user = "alice") =>
  ask(`/t/${tenant}/feed-stats/${user}`, { credential });

/** Status and challenge of an answer. */
async function refusalOf(answering: Promise<Response>) {
  const answer = await answering;
  await answer.text();
  return { status: answer.status, challenge: answer.headers.get("WWW-Authenticate") };
}

const refusedFor = (reason: string) => ({
  status: 401,
  challenge: `Bearer realm="nearfeed", error="invalid_token", error_description="The token is refused: ${reason}."`,
});

/** From now on time passes as a test says. The isolate's clock never goes back, so each test starts where it stands. */
function holdClock(): (ms: number) => void {
  vi.useFakeTimers({ toFake: ["Date"], now: clockMs() });
  return (ms) => vi.setSystemTime(clockMs() + ms);
}

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("tokens of a tenant's issuer", () => {
  it("open the feeds of the user they name, and of nobody else", async ({ expect }) => {
    const ask = aTokenWorker();
    const tenant = await aTenant(ask, BY_SECRET);
    const credential = await signBySecret();
    const feed = (user: string) => `/t/${tenant}/v1/feed?user_hash=${user}`;
    const recommend = (user: string) => `/t/${tenant}/recommend/${user}`;
    const feedback = (user: string) =>
      ask(`/t/${tenant}/feedback/${user}`, {
        method: "POST",
        credential,
        json: { video_ids: ["one"] },
      });
    expect(await statusOf(ask(feed("alice"), { credential }))).toBe(200);
    expect(await statusOf(ask(feed("bob"), { credential }))).toBe(403);
    expect(await statusOf(ask(recommend("bob"), { credential }))).toBe(403);
    expect(await statusOf(statsOf(ask, tenant, credential))).toBe(200);
    expect(await statusOf(statsOf(ask, tenant, credential, "bob"))).toBe(403);
    expect(await statusOf(feedback("alice"))).toBe(200);
    expect(await statusOf(feedback("bob"))).toBe(403);
    expect(await statusOf(ask(`/t/${tenant}/admin/keys`, { credential }))).toBe(403);
  });

  it("carry roles, but never an operator's", async ({ expect }) => {
    const ask = aTokenWorker();
    const tenant = await aTenant(ask, BY_SECRET);
    const keysAs = async (...roles: string[]) =>
      statusOf(ask(`/t/${tenant}/admin/keys`, { credential: await signBySecret({ roles }) }));
    expect(await keysAs("admin")).toBe(200);
    expect(await keysAs("operator")).toBe(403);
    const credential = await signBySecret({ roles: ["operator"] });
    expect(await statusOf(ask("/admin/deployment", { credential }))).toBe(401);
  });

  it("are refused with the reason when they expired, or were meant for something else", async ({
    expect,
  }) => {
    const ask = aTokenWorker();
    const tenant = await aTenant(ask, BY_SECRET);
    const refused = async (token: Promise<string>) => refusalOf(statsOf(ask, tenant, await token));
    const anHourAgo = Math.floor(Date.now() / 1_000) - 3_600;
    expect(await refused(signBySecret({ exp: anHourAgo }))).toEqual(refusedFor("it has expired"));
    expect(await refused(signBySecret({ aud: "another" }))).toEqual(
      refusedFor("its audience is not the expected one"),
    );
    expect(await refused(signBySecret({ iss: "https://evil.example" }))).toEqual(
      refusedFor("its issuer is not the expected one"),
    );
    const forged = signWith("HS256", new TextEncoder().encode(SECRET.toUpperCase()));
    expect(await refused(forged())).toEqual(refusedFor("its signature does not fit"));
    const other = signWith("HS384", new TextEncoder().encode(SECRET));
    expect(await refused(other())).toEqual(refusedFor("its algorithm is not allowed"));
    expect(await refusalOf(statsOf(ask, tenant, undefined))).toEqual({
      status: 401,
      challenge: 'Bearer realm="nearfeed"',
    });
  });

  it("stop with their time, even in an isolate that has seen them", async ({ expect }) => {
    const pass = holdClock();
    const ask = aTokenWorker();
    const tenant = await aTenant(ask, BY_SECRET);
    const credential = await signBySecret({ exp: Math.floor(Date.now() / 1_000) + 20 });
    expect(await statusOf(statsOf(ask, tenant, credential))).toBe(200);
    // 20 s and the clock skew of 30 s that the record allows by default.
    pass(51_000);
    expect(await refusalOf(statsOf(ask, tenant, credential))).toEqual(refusedFor("it has expired"));
  });

  it("are verified by the keys that the issuer publishes, fetched once", async ({ expect }) => {
    const { rotate, fetched } = anIssuer();
    const sign = await rotate("first");
    const ask = aTokenWorker();
    const tenant = await aTenant(ask, BY_JWKS);
    expect(await statusOf(statsOf(ask, tenant, await sign()))).toBe(200);
    expect(await statusOf(statsOf(ask, tenant, await sign(), "bob"))).toBe(403);
    expect(await statusOf(statsOf(ask, tenant, await sign({ sub: "bob" }), "bob"))).toBe(200);
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it("follow the issuer when it rotates its key", async ({ expect }) => {
    const pass = holdClock();
    const { rotate } = anIssuer();
    const sign = await rotate("first");
    const ask = aTokenWorker();
    const tenant = await aTenant(ask, BY_JWKS);
    expect(await statusOf(statsOf(ask, tenant, await sign()))).toBe(200);
    const signAnew = await rotate("second");
    pass(LATER_MS);
    expect(await statusOf(statsOf(ask, tenant, await signAnew()))).toBe(200);
    const late = await sign({ jti: "not seen before" });
    expect(await refusalOf(statsOf(ask, tenant, late))).toEqual(
      refusedFor("its issuer has no such key"),
    );
  });

  it("are a 503 while the issuer's keys cannot be had; keys of our own still work", async ({
    expect,
  }) => {
    const { rotate, fetched } = anIssuer();
    const sign = await rotate("first");
    fetched.mockRejectedValue(new TypeError("the issuer is down"));
    vi.spyOn(console, "warn").mockReturnValue(undefined);
    const ask = aTokenWorker();
    const tenant = await aTenant(ask, BY_JWKS);
    expect(await statusOf(statsOf(ask, tenant, await sign()))).toBe(503);
    const { key } = await makeKey(ask, tenant, ["reader"]);
    expect(await statusOf(statsOf(ask, tenant, key))).toBe(200);
  });

  it("are worth nothing at tenants that take none, or have another issuer", async ({ expect }) => {
    const ask = aTokenWorker();
    const [keyed, foreign] = [
      await aTenant(ask),
      await aTenant(
        ask,
        withIssuer({
          issuer: "https://other.example",
          algorithms: ["HS256"],
          secret_name: "JWT_SECRET_TEST",
        }),
      ),
    ];
    const home = await aTenant(ask, BY_SECRET);
    const credential = await signBySecret();
    expect(await statusOf(statsOf(ask, home, credential))).toBe(200);
    expect(await statusOf(statsOf(ask, keyed, credential))).toBe(401);
    expect(await refusalOf(statsOf(ask, foreign, credential))).toEqual(
      refusedFor("its issuer is not the expected one"),
    );
  });

  it("are proven again when the tenant's record changes", async ({ expect }) => {
    const ask = aTokenWorker();
    const tenant = await aTenant(ask, BY_SECRET);
    const credential = await signBySecret();
    expect(await statusOf(statsOf(ask, tenant, credential))).toBe(200);
    const admin = await makeKey(ask, tenant, ["admin"]);
    const changed = await ask(`/t/${tenant}/admin/config`, {
      method: "PATCH",
      credential: admin.key,
      json: { auth: { jwt: { audience: "something-else" } } },
    });
    expect(await changed.json()).toMatchObject({ version: 2 });
    expect(await refusalOf(statsOf(ask, tenant, credential))).toEqual(
      refusedFor("its audience is not the expected one"),
    );
  });
});
