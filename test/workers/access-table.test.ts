import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { ACCESS_RULES, type Access } from "../../src/access/access-rules.ts";
import { buildApp } from "../../src/app.ts";
import type { Role } from "../../src/domain/roles.ts";
import { allow } from "../../src/routes/access.ts";
import { type AccessRow, accessTable, assertGuarded } from "../../src/routes/access-table.ts";
import { type Ask, aTenant, aWorker, makeKey, OPERATOR_KEY, statusOf } from "./support/access.ts";

/** What a caller should be told by the rule alone; the user of every path is alice. */
interface Caller {
  readonly name: string;
  readonly credential?: string;
  readonly status: (access: Access, path: string) => 401 | 403 | "passes";
}

const withRole =
  (role: Role): Caller["status"] =>
  (access) => {
    const admits: readonly Role[] = ACCESS_RULES[access].admits;
    return access === "public" || admits.includes(role) ? "passes" : 403;
  };

const withoutCredential: Caller["status"] = (access) => (access === "public" ? "passes" : 401);

async function callersOf(ask: Ask, tenant: string): Promise<readonly Caller[]> {
  const stranger = await makeKey(ask, await aTenant(ask), ["admin"]);
  const expired = await makeKey(ask, tenant, ["admin"]);
  await env.DB.prepare("UPDATE api_keys SET expires_at = 1 WHERE id = ?").bind(expired.id).run();
  const revoked = await makeKey(ask, tenant, ["admin"]);
  await ask(`/t/${tenant}/admin/keys/${revoked.id}`, {
    method: "DELETE",
    credential: OPERATOR_KEY,
  });
  const forAlice = await makeKey(ask, tenant, ["reader"], { user_id: "alice" });
  const forBob = await makeKey(ask, tenant, ["reader"], { user_id: "bob" });
  const keyed = async (role: Role): Promise<Caller> => ({
    name: role,
    credential: (await makeKey(ask, tenant, [role])).key,
    status: withRole(role),
  });
  return [
    { name: "nobody", status: withoutCredential },
    { name: "a wrong key", credential: "not-a-key", status: withoutCredential },
    { name: "another tenant's admin", credential: stranger.key, status: withoutCredential },
    { name: "an expired admin", credential: expired.key, status: withoutCredential },
    { name: "a revoked admin", credential: revoked.key, status: withoutCredential },
    await keyed("reader"),
    {
      name: "a reader for alice",
      credential: forAlice.key,
      status: (access) => (access === "user" ? "passes" : withRole("reader")(access, "")),
    },
    {
      name: "a reader for bob",
      credential: forBob.key,
      // What is popular is nobody's in particular.
      status: (access, path) => (access === "public" || path.endsWith("/popular") ? "passes" : 403),
    },
    await keyed("service"),
    await keyed("trainer"),
    await keyed("admin"),
    { name: "the operator", credential: OPERATOR_KEY, status: withRole("operator") },
  ];
}

const pathOf = ({ path }: AccessRow, tenant: string): string =>
  path
    .replace(":tenant", tenant)
    .replace(":user_id", "alice")
    .replaceAll(/:\w+/g, "nothing-of-that-name")
    // The ranked feed names its user in the query.
    .replace(/\/v1\/feed$/, "$&?user_hash=alice");

/** One body names its user itself. */
const jsonOf = ({ path }: AccessRow): unknown =>
  path.endsWith("/personalized") ? { user_id: "alice", geo_id: 1 } : {};

/** Where the path does not name the tenant, a header does. */
const headersOf = ({ path }: AccessRow, tenant: string): Record<string, string> =>
  path.startsWith("/v1/") ? { "X-Tenant-ID": tenant } : {};

/** The keys of a tenant are not known at paths that have no tenant: there, even an admin is a stranger. */
const expectedOf = ({ access, path }: AccessRow, caller: Caller): 401 | 403 | "passes" => {
  const expected = caller.status(access, path);
  if (path.includes(":tenant") || path.startsWith("/v1/") || caller.credential === OPERATOR_KEY)
    return expected;
  return access === "public" ? "passes" : 401;
};

const answerOf = (status: number): 401 | 403 | "passes" =>
  status === 401 || status === 403 ? status : "passes";

describe("the access table", () => {
  it("holds for every route and every caller", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const callers = await callersOf(ask, tenant);
    const rows = accessTable(buildApp());
    expect(rows.length).toBeGreaterThanOrEqual(19);
    for (const row of rows) {
      for (const caller of callers) {
        const body = ["POST", "PUT", "PATCH"].includes(row.method) ? { json: jsonOf(row) } : {};
        const status = await statusOf(
          ask(pathOf(row, tenant), {
            method: row.method,
            headers: headersOf(row, tenant),
            ...body,
            ...(caller.credential === undefined ? {} : { credential: caller.credential }),
          }),
        );
        const expected = expectedOf(row, caller);
        expect(answerOf(status), `${caller.name}: ${row.method} ${row.path}`).toBe(expected);
      }
    }
  });

  it("lets anybody read and write feeds of an open tenant, and run nothing", async ({ expect }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aTenant(ask);
    for (const row of accessTable(buildApp())) {
      const status = await statusOf(
        ask(pathOf(row, tenant), { method: row.method, headers: headersOf(row, tenant) }),
      );
      const open = ["public", "census", "reader", "user", "service"].includes(row.access);
      expect(answerOf(status), `${row.method} ${row.path}`).toBe(open ? "passes" : 401);
    }
  });

  it("cannot be left out of: a route without a guard keeps the app from building", ({ expect }) => {
    const unguarded = buildApp();
    unguarded.get("/t/:tenant/secret", (c) => c.text("secret"));
    expect(() => assertGuarded(unguarded)).toThrow("GET /t/:tenant/secret does not say");
    const late = buildApp();
    late.get("/t/:tenant/secret", (_, next) => next(), allow("admin"));
    expect(() => assertGuarded(late)).toThrow("does not say");
    const everyMethod = buildApp();
    everyMethod.all("/t/:tenant/secret", (c) => c.text("secret"));
    expect(() => assertGuarded(everyMethod)).toThrow("does not say");
    const middleware = buildApp();
    middleware.use("/t/:tenant/secret/*", (c) => Promise.resolve(c.text("secret")));
    expect(() => assertGuarded(middleware)).toThrow("does not say");
  });

  it("says what is wrong with a credential, and nothing when there was none", async ({
    expect,
  }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const challengeOf = async (credential?: string): Promise<string | null> => {
      const answer = await ask(`/t/${tenant}/recommend/alice`, { credential });
      await answer.text();
      expect(answer.status).toBe(401);
      return answer.headers.get("WWW-Authenticate");
    };
    expect(await challengeOf()).toBe('Bearer realm="nearfeed"');
    const refused = 'Bearer realm="nearfeed", error="invalid_token", error_description=';
    expect(await challengeOf("not-a-key")).toBe(`${refused}"The credential is not known."`);
    const { key, id } = await makeKey(ask, tenant, ["reader"]);
    await env.DB.prepare("UPDATE api_keys SET expires_at = 1 WHERE id = ?").bind(id).run();
    expect(await challengeOf(key)).toBe(`${refused}"The key has expired."`);
  });

  it("takes the admin key from X-Admin-Key, and no other scheme than Bearer", async ({
    expect,
  }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const path = `/t/${tenant}/admin/jobs`;
    const withHeaders = (headers: Record<string, string>) => statusOf(ask(path, { headers }));
    expect(await withHeaders({ "X-Admin-Key": OPERATOR_KEY })).toBe(200);
    expect(await withHeaders({ Authorization: `bearer ${OPERATOR_KEY}` })).toBe(200);
    expect(await withHeaders({ Authorization: `Basic ${OPERATOR_KEY}` })).toBe(401);
    expect(await withHeaders({ Authorization: "Bearer" })).toBe(401);
    expect(await statusOf(ask(`${path}?key=${OPERATOR_KEY}`))).toBe(401);
  });

  it("leaves limits and L2 of a tenant to the operator", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const { key } = await makeKey(ask, tenant, ["admin"]);
    const patch = (json: unknown, credential: string): Promise<Response> =>
      ask(`/t/${tenant}/admin/config`, { method: "PATCH", json, credential });
    const limits = { rate_limits: { user_requests_per_minute: 9_999 } };
    const refused = await patch({ ...limits, weights: { affinity: 2 } }, key);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ errors: [{ path: "body.rate_limits" }] });
    expect(await statusOf(patch({ weights: { affinity: 2 } }, key))).toBe(200);
    expect(await statusOf(patch(limits, OPERATOR_KEY))).toBe(200);
  });

  it("says that a deployment without an admin key has no operator", async ({ expect }) => {
    const ask = aWorker({ ADMIN_KEY: "" });
    const path = "/t/whoever/admin/tenant";
    expect(await statusOf(ask(path, { method: "PUT", json: {} }))).toBe(503);
    expect(await statusOf(ask(path, { method: "PUT", json: {}, credential: "x" }))).toBe(401);
  });
});
