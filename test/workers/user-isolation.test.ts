import { describe, type ExpectStatic, it } from "vitest";
import { buildApp } from "../../src/app.ts";
import { type AccessRow, accessTable } from "../../src/routes/access-table.ts";
import { type Ask, aWorker, OPERATOR_KEY } from "./support/access.ts";
import { aTenantWithFeed, type Feed } from "./support/app.ts";
import { hear, leaksIn, secretsIn } from "./support/leaks.ts";
import { aMarkedTenant, type MarkedTenant } from "./support/marked-tenant.ts";
import type { RankedFeed } from "./support/ranked-feed.ts";
import { nameOf, visitsTo } from "./support/visits.ts";

/** The routes whose answers are of one user; what is popular is of nobody in particular. */
const rows: readonly AccessRow[] = accessTable(buildApp()).filter(
  ({ access, path }) => (access === "reader" || access === "user") && !path.endsWith("/popular"),
);

/** What a user's answers told; all of it is for that user. */
async function secretsOf(ask: Ask, tenant: MarkedTenant, at: 0 | 1): Promise<ReadonlySet<string>> {
  const things = tenant.users[at];
  const secrets = new Set(Object.values(things));
  for (const row of rows) {
    for (const { path, init } of visitsTo(row, { to: tenant, bring: tenant, things })) {
      const heard = await hear(ask(path, { ...init, credential: tenant.keys.admin }));
      for (const secret of secretsIn(heard)) {
        // Both see the same items and rules.
        if (!secret.startsWith(tenant.id)) secrets.add(secret);
      }
    }
  }
  return secrets;
}

const withConfig = async (
  ask: Ask,
  expect: ExpectStatic,
  tenant: string,
  json: unknown,
): Promise<void> => {
  const path = `/t/${tenant}/admin/config`;
  const { status } = await hear(ask(path, { method: "PATCH", credential: OPERATOR_KEY, json }));
  expect(status).toBe(200);
};

describe("nothing of one user reaches another", () => {
  it("whatever route is asked, with whatever of the other's", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aMarkedTenant(ask, "zz-a");
    const [ann, ben] = tenant.users;
    const secrets = await secretsOf(ask, tenant, 1);
    expect(secrets.size).toBeGreaterThan(20);
    // The other's tokens, tag and key under one's own name.
    const things = { ...ben, user: ann.user };
    for (const row of rows) {
      for (const { path, init, sent } of visitsTo(row, { to: tenant, bring: tenant, things })) {
        for (const credential of [tenant.keys.ofUser, tenant.keys.service, tenant.keys.admin]) {
          const heard = await hear(ask(path, { ...init, credential }));
          const told = `${nameOf(row)}: ${heard.status} to ${path}`;
          expect(heard.status, told).not.toBe(304);
          expect(heard.headers.get("Cache-Control"), told).toMatch(/^(?:private|no-store)/);
          expect(leaksIn(heard, secrets, sent), told).toEqual([]);
        }
      }
    }
  });

  it("by a credential that speaks for somebody else", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aMarkedTenant(ask, "zz-a");
    const [, ben] = tenant.users;
    const secrets = await secretsOf(ask, tenant, 1);
    for (const row of rows) {
      const errand = { to: tenant, bring: tenant, things: ben };
      for (const { path, init, sent } of visitsTo(row, errand)) {
        const heard = await hear(ask(path, { ...init, credential: tenant.keys.ofUser }));
        expect(heard.status, `${nameOf(row)}: ${path}`).toBe(403);
        expect(leaksIn(heard, secrets, sent), path).toEqual([]);
      }
    }
  });

  it("by the tag of a page, though both users are new", async ({ expect }) => {
    const ask = aWorker();
    const { id, keys } = await aMarkedTenant(ask, "zz-a");
    const askFor = (user: string, tag = "") =>
      hear(
        ask(`/t/${id}/v1/feed?user_hash=${user}&limit=5`, {
          credential: keys.service,
          headers: { "If-None-Match": tag },
        }),
      );
    const tag = (await askFor("new-one")).headers.get("ETag") ?? "";
    expect((await askFor("new-two", tag)).status).toBe(200);
    expect((await askFor("new-one", tag)).status).toBe(304);
  });

  it("by a page that was set aside in memory", async ({ expect }) => {
    const ask = aWorker();
    const { id, keys } = await aMarkedTenant(ask, "zz-a");
    const tierOf = async (user: string) => {
      const path = `/t/${id}/recommend/${user}?count=5`;
      const { text } = await hear(ask(path, { credential: keys.service }));
      return (JSON.parse(text) as Feed).meta.cache;
    };
    await tierOf("new-one");
    await tierOf("new-one");
    expect(await tierOf("new-two")).toBe("l2");
    expect(await tierOf("new-one")).toBe("l1");
  });

  it("by a request that names two users, in whatever spelling", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aMarkedTenant(ask, "zz-a");
    const [ann, ben] = tenant.users;
    const secrets = await secretsOf(ask, tenant, 1);
    const [mine, theirs] = [`user_hash=${ann.user}`, `user_hash=${ben.user}`];
    for (const query of [
      `${mine}&${theirs}`,
      `${theirs}&${mine}`,
      `user%5Fhash=${ben.user}&${mine}`,
      `${mine}&user%5Fhash=${ben.user}`,
      `user_hash&${theirs}`,
      `user_hash=&${theirs}`,
      `x=?${mine}&${theirs}`,
      `?${mine}&${theirs}`,
      `%75ser_hash=${ben.user}&x=%20&${mine}`,
    ]) {
      const path = `/t/${tenant.id}/v1/feed?limit=5&cursor=${ben.cursor}&${query}`;
      for (const asked of [path, path.replace(`cursor=${ben.cursor}&`, "")]) {
        const heard = await hear(ask(asked, { credential: tenant.keys.ofUser }));
        expect([200, 400, 403], `${asked}: ${heard.status}`).toContain(heard.status);
        expect(leaksIn(heard, secrets, [ben.cursor, ben.user]), asked).toEqual([]);
        // Whoever may not ask for the other does not get the other's page by asking for both.
        if (heard.status === 200) {
          const stats = await hear(
            ask(`/t/${tenant.id}/v1/feed?${mine}&limit=5`, {
              credential: tenant.keys.ofUser,
              headers: { "If-None-Match": heard.headers.get("ETag") ?? "" },
            }),
          );
          expect(stats.status, asked).toBe(304);
        }
      }
    }
  });
});

describe("a default list", () => {
  it("names nobody where it may be shared, and is the same for everybody", async ({ expect }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aMarkedTenant(ask, "zz-a");
    const [ann, ben] = tenant.users;
    await withConfig(ask, expect, tenant.id, { kill_switch: true, filters: { geography: "any" } });
    const listOf = async (user: string) => {
      const heard = await hear(ask(`/t/${tenant.id}/v1/feed?user_hash=${user}&limit=10`));
      expect(heard.headers.get("Cache-Control")).toMatch(/^public/);
      expect(heard.headers.get("Vary")).toMatch(/Authorization.*X-Admin-Key.*X-Tenant-ID/);
      expect(leaksIn(heard, [ann.user, ben.user], [])).toEqual([]);
      const {
        items,
        request_id: _,
        next_cursor: __,
        ...rest
      } = JSON.parse(heard.text) as RankedFeed;
      return { ...rest, items: items.map(({ tracking_token: ___, ...item }) => item) };
    };
    // Both were served other items a moment ago: what a shared list lacks would tell of that.
    expect(await listOf(ann.user)).toEqual(await listOf(ben.user));
  });

  it("is private where it goes on from a personal page", async ({ expect }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aMarkedTenant(ask, "zz-a");
    const [{ user, cursor }] = tenant.users;
    await withConfig(ask, expect, tenant.id, { kill_switch: true, filters: { geography: "any" } });
    const path = `/t/${tenant.id}/v1/feed?user_hash=${user}&limit=5&cursor=${cursor}`;
    const heard = await hear(ask(path));
    expect(heard.headers.get("X-Feed-Type")).toBe("default");
    expect(heard.headers.get("Cache-Control")).toMatch(/^private/);
  });

  it("is kept by its reader alone where a credential is needed", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aMarkedTenant(ask, "zz-a");
    await withConfig(ask, expect, tenant.id, { kill_switch: true, filters: { geography: "any" } });
    const path = `/t/${tenant.id}/v1/feed?user_hash=${tenant.users[0].user}`;
    const heard = await hear(ask(path, { credential: tenant.keys.reader }));
    expect(heard.headers.get("X-Feed-Type")).toBe("default");
    expect(heard.headers.get("Cache-Control")).toMatch(/^private/);
  });

  it("is another one at another tenant, though its items are the same", async ({ expect }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tags = await Promise.all(
      [await aTenantWithFeed(20), await aTenantWithFeed(20)].map(async (tenant) => {
        await withConfig(ask, expect, tenant, { kill_switch: true });
        const headers = { "X-Tenant-ID": tenant };
        return { headers, heard: await hear(ask("/v1/feed?user_hash=ann", { headers })) };
      }),
    );
    const [one, other] = tags.map(({ heard }) => heard.headers.get("ETag") ?? "");
    expect(one).not.toBe(other);
    const headers = { ...tags[1]?.headers, "If-None-Match": one ?? "" };
    expect((await hear(ask("/v1/feed?user_hash=ann", { headers }))).status).toBe(200);
  });
});
