import { beforeEach, describe, it, vi } from "vitest";
import { buildApp } from "../../src/app.ts";
import { type AccessRow, accessTable } from "../../src/routes/access-table.ts";
import { type Ask, type AskInit, aWorker, OPERATOR_KEY } from "./support/access.ts";
import type { Feed } from "./support/app.ts";
import { type Heard, hear, leaksIn, secretsIn } from "./support/leaks.ts";
import {
  aMarkedTenant,
  COMMON_ITEMS,
  COMMON_USER,
  type MarkedTenant,
} from "./support/marked-tenant.ts";
import type { RankedFeed } from "./support/ranked-feed.ts";
import { nameOf, visitsTo } from "./support/visits.ts";

const rows = accessTable(buildApp());
/** It lists customers: to the operator, and to anybody of an open deployment. */
const CENSUS = "GET /tenants";

type Callers = readonly (string | undefined)[];

const ofTenants = ({ path }: AccessRow): boolean =>
  path.includes(":tenant") || path.startsWith("/v1/");

/** At once: what is kept of one request must not turn up in the answer to another that is under way. */
const askAsAll = (ask: Ask, path: string, init: AskInit, callers: Callers) =>
  Promise.all(
    callers.map(async (credential) => ({
      credential,
      heard: await hear(ask(path, { ...init, credential })),
    })),
  );

/** Asks every route as the tenant itself, so that all is remembered that can be; and finds what only it is told. */
async function warm(ask: Ask, tenant: MarkedTenant): Promise<ReadonlySet<string>> {
  const { id, keys, users } = tenant;
  const secrets = new Set([id, ...Object.values(keys), ...users.map(({ tag }) => tag)]);
  for (const row of rows.filter(ofTenants)) {
    for (const things of users) {
      for (const { path, init } of visitsTo(row, { to: tenant, bring: tenant, things })) {
        const callers = [keys.ofUser, keys.service, keys.admin, OPERATOR_KEY];
        for (const { heard } of await askAsAll(ask, path, init, callers)) {
          for (const secret of secretsIn(heard)) secrets.add(secret);
        }
      }
    }
  }
  return secrets;
}

/** What a tenant's own answers say, but for what changes by being asked. */
async function viewOf(ask: Ask, { id, keys, users: [{ user, page, cursor }] }: MarkedTenant) {
  const read = async <Body>(path: string): Promise<Body> => {
    const { status, text } = await hear(ask(path, { credential: keys.admin }));
    if (status !== 200) throw new Error(`${path}: ${text}`);
    return JSON.parse(text) as Body;
  };
  const admin = `/t/${id}/admin`;
  const listed = await read<{ keys: { last_used_at: unknown }[] }>(`${admin}/keys`);
  const stats = await read<{ watched: unknown }>(`/t/${id}/feed-stats/${user}`);
  const feed = `/t/${id}/v1/feed?user_hash=${user}&limit=5&cursor=${cursor}`;
  return {
    config: await read(`${admin}/config`),
    history: await read(`${admin}/config/history`),
    keys: listed.keys.map((key) => ({ ...key, last_used_at: "" })),
    runs: (await read<{ jobs: { id: string }[] }>(`${admin}/jobs`)).jobs.map(({ id: run }) => run),
    // A job that somebody started builds the same pools anew.
    pools: { ...(await read<object>(`${admin}/pools`)), version: 0, built_at: "" },
    watched: stats.watched,
    page: (await read<Feed>(`/t/${id}/recommend/${user}?count=5&page=${page}`)).videos,
    items: (await read<RankedFeed>(feed)).items.map((item) => ({ ...item, tracking_token: "" })),
  };
}

interface Parties {
  readonly from: MarkedTenant;
  readonly to: MarkedTenant;
  /** Who asks, as `to` knows them. */
  readonly callers: Callers;
}

/** What is wrong with an answer to somebody who brought another tenant's things. */
function faultsOfForeign(path: string, { status, headers }: Heard): readonly string[] {
  return [
    ...(status < 400 && path.includes("cursor=") ? ["the other's cursor is good here"] : []),
    ...(status === 304 ? ["the other's tag is good here"] : []),
    ...(headers.has("Access-Control-Allow-Origin") ? ["the other's pages may read it"] : []),
  ];
}

const mayBeShared = ({ headers }: Heard): boolean =>
  !/^(?:private|no-store)/.test(headers.get("Cache-Control") ?? "");

/** Visits every route as everybody of `to`, with its own things and with those of `from`. */
async function visitAll(ask: Ask, { from, to, callers }: Parties, secrets: ReadonlySet<string>) {
  const faults: string[] = [];
  const reached = new Set<string>();
  for (const row of rows) {
    const route = nameOf(row);
    for (const bring of [to, from]) {
      for (const { path, init, sent } of visitsTo(row, { to, bring, things: bring.users[0] })) {
        const answers = await askAsAll(ask, path, init, [...callers, OPERATOR_KEY]);
        for (const { credential, heard } of answers) {
          if (heard.status < 300 && bring === to) reached.add(route);
          const found = [
            ...(route === CENSUS ? [] : leaksIn(heard, secrets, sent)),
            ...(mayBeShared(heard) ? ["caches may share it"] : []),
            ...(bring === to ? [] : faultsOfForeign(path, heard)),
          ];
          faults.push(...found.map((fault) => `${route} as ${credential} to ${path}: ${fault}`));
        }
      }
    }
  }
  return { faults, unreached: rows.map(nameOf).filter((route) => !reached.has(route)) };
}

/** At the other tenant's own paths, credentials that it did not give are worth nothing. */
async function visitAsStrangers(
  ask: Ask,
  { from, callers }: Parties,
  secrets: ReadonlySet<string>,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const row of rows.filter(ofTenants)) {
    const errand = { to: from, bring: from, things: from.users[0] };
    for (const { path, init, sent } of visitsTo(row, errand)) {
      for (const { credential, heard } of await askAsAll(ask, path, init, callers)) {
        const found = leaksIn(heard, secrets, sent);
        if (heard.status !== 401) found.push(`answered with ${heard.status}`);
        faults.push(...found.map((fault) => `${nameOf(row)} as ${credential}: ${fault}`));
      }
    }
  }
  return faults;
}

/** Two tenants; who asks is decided once they are there. */
async function visit(ask: Ask, callersOf: (to: MarkedTenant) => Callers) {
  const [from, to] = [await aMarkedTenant(ask, "zz-a"), await aMarkedTenant(ask, "zz-b")];
  const parties = { from, to, callers: callersOf(to) };
  const secrets = await warm(ask, from);
  const before = await viewOf(ask, from);
  const { faults, unreached } = await visitAll(ask, parties, secrets);
  const strangers = await visitAsStrangers(ask, parties, secrets);
  return {
    secrets,
    before,
    after: await viewOf(ask, from),
    faults: [...faults, ...strangers],
    unreached,
  };
}

beforeEach(() => {
  // Thousands of requests, refusals among them, and the jobs that they start.
  for (const level of ["log", "info", "warn"] as const) {
    vi.spyOn(console, level).mockReturnValue(undefined);
  }
});

describe("nothing of one tenant reaches another", () => {
  it("whatever route is asked, by whom and with what, where keys are needed", async ({
    expect,
  }) => {
    const ask = aWorker({ ALLOW_FAULTS: "true" });
    const told = await visit(ask, ({ keys }) => [undefined, ...Object.values(keys)]);
    expect(told.secrets.size).toBeGreaterThan(100);
    expect(told.faults).toEqual([]);
    expect(told.unreached).toEqual([]);
    expect(told.after).toEqual(told.before);
  }, 60_000);

  it("whatever route is asked, by whom and with what, where tenants are open", async ({
    expect,
  }) => {
    const ask = aWorker({ ALLOW_FAULTS: "true", DEFAULT_AUTH: "open" });
    // Anybody may ask an open tenant: a stranger is who brings a key of another.
    const told = await visit(ask, ({ keys }) => Object.values(keys));
    expect(told.faults).toEqual([]);
    expect(told.unreached).toEqual([]);
    expect(told.after).toEqual(told.before);
  }, 60_000);

  it("although both have a user and items of the same ids", async ({ expect }) => {
    const ask = aWorker();
    const [from, to] = [await aMarkedTenant(ask, "zz-a"), await aMarkedTenant(ask, "zz-b")];
    const read = async <Body>({ id, keys }: MarkedTenant, path: string): Promise<Body> =>
      (await ask(`/t/${id}${path}`, { credential: keys.admin })).json();
    const exclude = { filters: { excluded_items: [COMMON_ITEMS[1]] } };
    await hear(
      ask(`/t/${from.id}/admin/config`, {
        method: "PATCH",
        credential: from.keys.admin,
        json: exclude,
      }),
    );
    const only = "someone-new";
    const path = `/recommend/${only}?count=63&fields=title`;
    const [theirs, ours] = [await read<Feed>(from, path), await read<Feed>(to, path)];
    expect(theirs.videos).not.toContain(COMMON_ITEMS[1]);
    expect(ours.videos).toEqual(expect.arrayContaining([...COMMON_ITEMS]));
    const titles = ours.items?.map(({ title }) => String(title)) ?? [];
    expect(titles.filter((title) => !title.startsWith(to.id))).toEqual([]);
    await hear(
      ask(`/t/${from.id}/feedback/${COMMON_USER}`, {
        method: "POST",
        credential: from.keys.admin,
        json: { video_ids: [COMMON_ITEMS[2]] },
      }),
    );
    const feed = await read<RankedFeed>(to, `/v1/feed?user_hash=${COMMON_USER}&limit=50`);
    const shown = feed.items.map(({ id }) => id);
    // Watched by the common user of both, and of the other one alone.
    expect(shown).not.toContain(COMMON_ITEMS[0]);
    expect(shown).toContain(COMMON_ITEMS[2]);
  });
});
