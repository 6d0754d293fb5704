import { env, exports } from "cloudflare:workers";
import { describe, it } from "vitest";

describe("the Worker in workerd", () => {
  it("answers a health check", async ({ expect }) => {
    const answer = await exports.default.fetch(new Request("https://nearfeed.test/health"));
    expect(answer.status).toBe(200);
    await answer.text();
  });

  it("finds the tables of the migrations in D1", async ({ expect }) => {
    const table = await env.DB.prepare(
      "select name from sqlite_master where type = 'table' and name not like 'd1_%'",
    ).first();
    expect(table).not.toBeNull();
  });
});
