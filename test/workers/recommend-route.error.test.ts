import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { aTenantWithFeed, ask, postJson } from "./support/app.ts";

interface Problem {
  readonly code: string;
  readonly status: number;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly request_id: string;
}

const problemOf = async (answer: Response): Promise<Problem> => {
  const problem = await answer.json<Problem>();
  if (answer.headers.get("Content-Type") !== "application/problem+json") {
    throw new Error("not problem JSON");
  }
  return problem;
};

describe("bad input to the feed", () => {
  it("refuses every bad count with the field at fault", async ({ expect }) => {
    const tenant = await aTenantWithFeed(10);
    for (const count of ["0", "-1", "501", "1e9", "x", "", "1.5", "99999999999999999999"]) {
      const answer = await ask(`/t/${tenant}/recommend/alice?count=${count}`);
      const problem = await problemOf(answer);
      expect(answer.status, `count=${count}`).toBe(400);
      expect(problem.code).toBe("BAD_REQUEST");
      expect(problem.errors[0]?.path).toBe("query.count");
      expect(problem.request_id).toBe(answer.headers.get("X-Request-Id"));
    }
  });

  it("refuses ids with spaces, slashes, NUL and 10 KB", async ({ expect }) => {
    const tenant = await aTenantWithFeed(10);
    for (const id of [
      "a%20b",
      "a%2Fb",
      "a%00b",
      "%F0%9F%98%80",
      "a".repeat(10_000),
      "{a}",
      "%E0%A4",
    ]) {
      const answer = await ask(`/t/${tenant}/recommend/${id}`);
      const problem = await problemOf(answer);
      expect(answer.status, id.slice(0, 20)).toBe(400);
      expect(problem.errors[0]?.path).toBe("path.user_id");
      expect(JSON.stringify(problem).length).toBeLessThan(1_000);
    }
  });

  it("refuses an unknown rec_type, bad fields and a forged page", async ({ expect }) => {
    const tenant = await aTenantWithFeed(10);
    const faults = {
      "rec_type=best": "query.rec_type",
      "fields=title;drop": "query.fields",
      "page=short": "query.page",
    };
    for (const [query, path] of Object.entries(faults)) {
      const answer = await ask(`/t/${tenant}/recommend/alice?${query}`);
      expect(answer.status).toBe(400);
      expect((await problemOf(answer)).errors[0]?.path).toBe(path);
    }
  });

  it("does not know an unknown tenant", async ({ expect }) => {
    for (const tenant of ["nobody", "UPPER", "a_b", "..%2f", "x".repeat(100)]) {
      const answer = await ask(`/t/${tenant}/recommend/alice`);
      expect(answer.status).toBe(404);
      expect((await problemOf(answer)).code).toBe("UNKNOWN_TENANT");
    }
  });

  it("refuses malformed, deep, oversized and empty bodies of feedback", async ({ expect }) => {
    const tenant = await aTenantWithFeed(10);
    const path = `/t/${tenant}/feedback/alice`;
    const cases: readonly (readonly [unknown, number, string])[] = [
      ["{bad", 400, "body"],
      ["[".repeat(100_000), 400, "body"],
      [{}, 400, "body.video_ids"],
      [{ video_ids: [] }, 400, "body.video_ids"],
      [{ video_ids: ["ok", "not ok"] }, 400, "body.video_ids.1"],
      [{ video_ids: Array.from({ length: 1_001 }, (_, i) => `v${i}`) }, 400, "body.video_ids"],
      [{ video_ids: ["ok"], mark_permanent: "yes" }, 400, "body.mark_permanent"],
    ];
    for (const [body, status, fault] of cases) {
      const answer = await postJson(path, body);
      const problem = await problemOf(answer);
      expect(answer.status).toBe(status);
      expect(problem.errors[0]?.path).toBe(fault);
    }
    const huge = await postJson(path, { video_ids: ["x".repeat(300_000)] });
    expect(huge.status).toBe(413);
    expect((await problemOf(huge)).code).toBe("BODY_TOO_LARGE");
  });

  it("writes nothing for a bad request", async ({ expect }) => {
    const tenant = await aTenantWithFeed(10);
    await (await ask(`/t/${tenant}/recommend/quiet?count=0`)).text();
    await (await postJson(`/t/${tenant}/feedback/quiet`, { video_ids: ["not ok"] })).text();
    const stats = await ask(`/t/${tenant}/feed-stats/quiet`);
    expect(await stats.json()).toMatchObject({
      bloom_filter_exists: false,
      memory_used_bytes: 0,
      cooling_down: 0,
    });
    const rows = await env.DB.prepare("SELECT count(*) AS n FROM active_users WHERE tenant = ?")
      .bind(tenant)
      .first<{ n: number }>();
    expect(rows?.n).toBe(0);
  });

  it("answers an unknown path with problem JSON", async ({ expect }) => {
    const answer = await ask("/t/whoever");
    expect(answer.status).toBe(404);
    await answer.text();
    const other = await ask("/nothing/here");
    expect((await problemOf(other)).code).toBe("UNKNOWN_ROUTE");
  });
});
