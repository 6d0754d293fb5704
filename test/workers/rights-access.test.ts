import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import type { TenantId } from "../../src/domain/ids.ts";
import { servicesOf } from "../../src/services.ts";
import { aTenant, aWorker, makeKey, OPERATOR_KEY } from "./support/access.ts";
import { aTenantWithFeed } from "./support/app.ts";
import {
  anEvent,
  bindings,
  logOf,
  pathOf,
  putLog,
  read,
  type Receipt,
  USER,
} from "./support/held-user.ts";

describe("the rights of a user", () => {
  it("may do it themselves, and nobody but them", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const own = await makeKey(ask, tenant, ["reader"], { user_id: USER });
    const other = await makeKey(ask, tenant, ["reader"], { user_id: "ben" });
    const anyone = await makeKey(ask, tenant, ["reader"]);
    const statusOf = async (method: string, path: string, credential: string) => {
      const answer = await ask(path, { method, credential });
      await answer.text();
      return answer.status;
    };
    for (const [method, path] of [
      ["GET", `${pathOf(tenant)}/export`],
      ["DELETE", pathOf(tenant)],
    ] as const) {
      expect(await statusOf(method, path, other.key)).toBe(403);
      expect(await statusOf(method, path, anyone.key)).toBe(403);
      expect(await statusOf(method, path, own.key)).toBe(method === "GET" ? 200 : 202);
    }
  });

  it("cannot be told by another user's receipt", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const credential = OPERATOR_KEY;
    const { receipt } = await read<Receipt>(ask(pathOf(tenant), { method: "DELETE", credential }));
    const path = (user: string) => `${pathOf(tenant, user)}/deletion/${receipt}`;
    expect((await ask(path("ben"), { credential })).status).toBe(404);
    expect((await ask(path(USER), { credential })).status).toBe(200);
  });
});

describe("retention", () => {
  it("drops the log and its counts of days that the tenant does not keep", async ({ expect }) => {
    const tenant = await aTenantWithFeed(10);
    const { out } = servicesOf(bindings);
    await putLog(tenant, [anEvent("e1", USER, Date.now())]);
    await env.DB.prepare("INSERT INTO item_days VALUES (?, 'a', 20454, '', '', '', 'like', 1, 0)")
      .bind(tenant)
      .run();
    expect(await out.rights.log.dropBefore(tenant as TenantId, 20_454)).toBe(0);
    expect(await logOf(tenant)).not.toBe("");
    expect(await out.rights.log.dropBefore(tenant as TenantId, 20_455)).toBe(1);
    expect(await logOf(tenant)).toBe("");
    const left = await env.DB.prepare("SELECT count(*) AS rows FROM item_days WHERE tenant = ?")
      .bind(tenant)
      .first("rows");
    expect(left).toBe(0);
  });
});
