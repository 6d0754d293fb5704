import { afterEach, describe, it, vi } from "vitest";
import * as tenantAccess from "../../src/access/tenant-access.ts";
import { aTenant, aWorker, makeKey, OPERATOR_KEY } from "./support/access.ts";

const SHOP = "https://shop.example";

const fromBrowser = (origin: string, asked?: string) => ({
  headers: {
    Origin: origin,
    ...(asked === undefined ? {} : { "Access-Control-Request-Method": asked }),
  },
  ...(asked === undefined ? {} : { method: "OPTIONS" }),
});

async function aSharedTenant(origins: readonly string[]) {
  vi.spyOn(tenantAccess, "originsOf").mockReturnValue(origins);
  const ask = aWorker();
  return { ask, tenant: await aTenant(ask) };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("answers to browsers", () => {
  it("let an allowed origin ask without a credential, and read the answer", async ({ expect }) => {
    const { ask, tenant } = await aSharedTenant([SHOP]);
    const preflight = await ask(`/t/${tenant}/recommend/alice`, fromBrowser(SHOP, "GET"));
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("Access-Control-Allow-Origin")).toBe(SHOP);
    expect(preflight.headers.get("Access-Control-Allow-Headers")).toContain("Authorization");
    expect(preflight.headers.get("Vary")).toBe("Origin");
    const { key } = await makeKey(ask, tenant, ["reader"]);
    const answer = await ask(`/t/${tenant}/feed-stats/alice`, {
      ...fromBrowser(SHOP),
      credential: key,
    });
    expect(answer.status).toBe(200);
    await answer.text();
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(SHOP);
    expect(answer.headers.get("Access-Control-Expose-Headers")).toContain("RateLimit-Remaining");
    expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
  });

  it("let an allowed origin read errors and answers of admin routes too", async ({ expect }) => {
    const { ask, tenant } = await aSharedTenant([SHOP]);
    const refused = await ask(`/t/${tenant}/recommend/alice`, fromBrowser(SHOP));
    expect(refused.status).toBe(401);
    await refused.text();
    expect(refused.headers.get("Access-Control-Allow-Origin")).toBe(SHOP);
    const keys = await ask(`/t/${tenant}/admin/keys`, {
      ...fromBrowser(SHOP),
      credential: OPERATOR_KEY,
    });
    expect(keys.status).toBe(200);
    await keys.text();
    expect(keys.headers.get("Access-Control-Allow-Origin")).toBe(SHOP);
  });

  it("are not for other origins, and vary by who asks", async ({ expect }) => {
    const { ask, tenant } = await aSharedTenant([SHOP]);
    for (const origin of [
      "https://evil.example",
      "http://shop.example",
      `${SHOP}.evil.example`,
      "null",
    ]) {
      const preflight = await ask(`/t/${tenant}/recommend/alice`, fromBrowser(origin, "GET"));
      expect(preflight.headers.get("Access-Control-Allow-Origin"), origin).toBeNull();
      const answer = await ask(`/t/${tenant}/health`, fromBrowser(origin));
      await answer.text();
      expect(answer.headers.get("Access-Control-Allow-Origin"), origin).toBeNull();
      expect(answer.headers.get("Vary")).toBe("Origin");
    }
  });

  it("are for nobody while the tenant allows no origin", async ({ expect }) => {
    const { ask, tenant } = await aSharedTenant([]);
    const preflight = await ask(`/t/${tenant}/recommend/alice`, fromBrowser(SHOP, "GET"));
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  it("echo every origin where the tenant allows all", async ({ expect }) => {
    const { ask, tenant } = await aSharedTenant(["*"]);
    const answer = await ask(`/t/${tenant}/health`, fromBrowser("https://any.example"));
    await answer.text();
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("https://any.example");
  });

  it("let every origin ask about /v1, whose preflights cannot name a tenant", async ({
    expect,
  }) => {
    const { ask, tenant } = await aSharedTenant([SHOP]);
    const preflight = await ask("/v1/feed", fromBrowser("https://evil.example", "GET"));
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("Access-Control-Allow-Origin")).toBe("https://evil.example");
    const { headers } = fromBrowser("https://evil.example");
    const answer = await ask("/v1/nothing", { headers: { ...headers, "X-Tenant-ID": tenant } });
    await answer.text();
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
    const nameless = await ask("/v1/nothing", fromBrowser(SHOP));
    expect(await nameless.json()).toMatchObject({ code: "TENANT_REQUIRED" });
  });
});

describe("every answer", () => {
  it("carries the security headers, whatever route and status", async ({ expect }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aTenant(ask);
    for (const path of [
      `/t/${tenant}/recommend/alice`,
      `/t/${tenant}/recommend/alice?count=0`,
      `/t/${tenant}/admin/keys`,
      "/t/nobody/recommend/alice",
      "/health",
      "/openapi.json",
      "/tenants",
      "/nothing",
    ]) {
      const answer = await ask(path);
      await answer.text();
      expect(Object.fromEntries(answer.headers), path).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "strict-transport-security": "max-age=31536000",
      });
      expect(answer.headers.get("X-Request-Id"), path).toMatch(/^[A-Za-z0-9_-]{16}$/);
    }
  });

  it("tells a caller nothing of what broke inside", async ({ expect }) => {
    const log = vi.spyOn(console, "error").mockReturnValue(undefined);
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aTenant(ask);
    vi.spyOn(tenantAccess, "limitsOf").mockImplementation(() => {
      throw new Error("secret detail at src/somewhere.ts");
    });
    const answer = await ask(`/t/${tenant}/recommend/alice`);
    expect(answer.status).toBe(500);
    const body = await answer.text();
    expect(body).toContain('"code":"INTERNAL"');
    expect(body).not.toMatch(/secret|src\/|\.ts|stack|at /);
    expect(JSON.stringify(log.mock.calls)).toContain("secret detail");
  });

  it("is problem JSON even when the deployment is set up badly", async ({ expect }) => {
    vi.spyOn(console, "error").mockReturnValue(undefined);
    const answer = await aWorker({ DEFAULT_AUTH: "perhaps" })("/health");
    expect(answer.status).toBe(500);
    const body = await answer.text();
    expect(body).toContain('"code":"INTERNAL"');
    expect(body).not.toContain("DEFAULT_AUTH");
  });
});
