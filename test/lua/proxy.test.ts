import { Redis } from "@upstash/redis/cloudflare";
import { describe, it } from "vitest";

import { startProxy } from "../../scripts/proxy/start-proxy.ts";
import { redisFixture } from "../support/redis-fixture.ts";
import { redisMissing } from "../support/redis-server.ts";

describe.skipIf(redisMissing !== undefined)(`proxy ${redisMissing ?? ""}`, () => {
  const fixture = redisFixture();

  /** A request as a REST client sends it; `body` that is no string becomes JSON. */
  async function ask(path: string, body?: unknown, init: RequestInit = {}) {
    const { url, token } = fixture().proxy;
    const response = await fetch(url + path, {
      method: body === undefined ? "GET" : "POST",
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...init,
      headers: { authorization: `Bearer ${token}`, ...(init.headers as object | undefined) },
    });
    const text = await response.text();
    const json: unknown = text === "" ? undefined : JSON.parse(text);
    return { status: response.status, json, headers: response.headers };
  }
  const base64 = { headers: { "upstash-encoding": "base64" } };
  const key = () => `k-${crypto.randomUUID()}`;

  it("runs a command array and writes numbers and booleans out", async ({ expect }) => {
    const k = key();
    expect(await ask("/", ["SET", k, 1.5])).toMatchObject({ status: 200, json: { result: "OK" } });
    expect((await ask("/", ["get", k])).json).toEqual({ result: "1.5" });
    await ask("/", ["SET", k, true]);
    expect((await ask("/", ["GET", k])).json).toEqual({ result: "true" });
    expect((await ask("/", ["GET", key()])).json).toEqual({ result: null });
    expect((await ask("/", ["STRLEN", k])).json).toEqual({ result: 4 });
  });

  it("answers in RESP2 shapes, which clients expect", async ({ expect }) => {
    const k = key();
    await ask("/", ["ZADD", k, 1, "a", 2.5, "b"]);
    const scores = await ask("/", ["ZRANGE", k, 0, -1, "WITHSCORES"]);
    expect(scores.json).toEqual({ result: ["a", "1", "b", "2.5"] });
    const h = key();
    await ask("/", ["HSET", h, "f", "v"]);
    expect((await ask("/", ["HGETALL", h])).json).toEqual({ result: ["f", "v"] });
  });

  it("encodes bytes in base64 when asked, a bare OK excepted", async ({ expect }) => {
    const k = key();
    expect((await ask("/", ["SET", k, "ü"], base64)).json).toEqual({ result: "OK" });
    expect((await ask("/", ["GET", k], base64)).json).toEqual({ result: "w7w=" });
    const script = "return { redis.call('SET', KEYS[1], string.char(255)), { 7, 'b' } }";
    const nested = await ask("/", ["EVAL", script, 1, k], base64);
    expect(nested.json).toEqual({ result: ["T0s=", [7, "Yg=="]] });
    expect((await ask("/", ["GET", k], base64)).json).toEqual({ result: "/w==" });
    await ask("/", ["SET", k, "T0s="]);
    expect((await ask("/", ["GET", k])).json).toEqual({ result: "T0s=" });
  });

  it("answers every command of a pipeline, failed ones too", async ({ expect }) => {
    const k = key();
    const { status, json } = await ask("/pipeline", [
      ["SET", k, "v"],
      ["INCR", k],
      ["GET", k],
    ]);
    expect(status).toBe(200);
    expect(json).toEqual([
      { result: "OK" },
      { error: "ERR value is not an integer or out of range" },
      { result: "v" },
    ]);
  });

  it("runs a transaction whole, or not at all", async ({ expect }) => {
    const k = key();
    const whole = await ask("/multi-exec", [
      ["SET", k, "v"],
      ["INCR", k],
      ["GET", k],
    ]);
    expect(whole.status).toBe(200);
    expect(whole.json).toMatchObject([
      { result: "OK" },
      { error: expect.stringContaining("not an integer") },
      { result: "v" },
    ]);
    const discarded = await ask("/multi-exec", [
      ["SET", k, "other"],
      ["NOSUCHCOMMAND", k],
    ]);
    expect(discarded.status).toBe(400);
    expect(discarded.json).toMatchObject({ error: expect.stringMatching(/^EXECABORT/) });
    expect((await ask("/", ["GET", k])).json).toEqual({ result: "v" });
  });

  it("keeps the replies of concurrent transactions and pipelines apart", async ({ expect }) => {
    const replies = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const k = key();
        const path = index % 2 === 0 ? "/multi-exec" : "/pipeline";
        const { json } = await ask(path, [
          ["SET", k, index],
          ["GET", k],
        ]);
        return (json as { result: string }[])[1]?.result;
      }),
    );
    expect(replies).toEqual(replies.map((_, index) => String(index)));
  });

  it("takes commands as paths, with the body and the query behind", async ({ expect }) => {
    const k = key();
    expect((await ask(`/set/${k}/a%2Fb?EX=100`)).json).toEqual({ result: "OK" });
    expect((await ask(`/get/${k}`)).json).toEqual({ result: "a/b" });
    expect((await ask(`/ttl/${k}`)).json).toEqual({ result: 100 });
    await ask(`/set/${k}`, "posted body");
    expect((await ask(`/get/${k}`)).json).toEqual({ result: "posted body" });
    await ask(`/set/${k}`, "put body", { method: "PUT" });
    expect((await ask(`/get/${k}`)).json).toEqual({ result: "put body" });
    const head = await ask(`/get/${k}`, undefined, { method: "HEAD" });
    expect(head).toMatchObject({ status: 200, json: undefined });
  });

  it("takes the token from the header or the query, and no other", async ({ expect }) => {
    const { url, token } = fixture().proxy;
    const k = key();
    const byQuery = await fetch(`${url}/set/${k}/v?_token=${token}`);
    expect(await byQuery.json()).toEqual({ result: "OK" });
    const denied = [
      await fetch(`${url}/get/${k}`),
      await fetch(`${url}/get/${k}?_token=${token}x`),
      await fetch(url, { method: "POST", body: "[]", headers: { authorization: "Bearer no" } }),
    ];
    for (const response of denied) {
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ error: "WRONGPASS invalid or missing auth token" });
    }
  });

  it("refuses what blocks, administers or empties the server", async ({ expect }) => {
    const refused = [
      ["BLPOP", "k", 0],
      ["subscribe", "c"],
      ["MULTI"],
      ["SELECT", 1],
      ["FLUSHALL"],
      ["CONFIG", "GET", "*"],
      ["DEBUG", "SLEEP", 1],
      ["SHUTDOWN"],
      ["MODULE", "LIST"],
      ["KEYS", "*"],
      ["SCRIPT", "FLUSH"],
      ["XREAD", "BLOCK", 0, "STREAMS", "s", "$"],
    ];
    const replies = await Promise.all(refused.map((command) => ask("/", command)));
    for (const { status, json } of replies) {
      expect(status).toBe(400);
      expect(json).toMatchObject({ error: expect.stringContaining("not available") });
    }
    expect((await ask("/pipeline", [["PING"], ["KEYS", "*"]])).status).toBe(400);
    expect((await ask("/", ["SCRIPT", "LOAD", "return 1"])).status).toBe(200);
  });

  it("names what it cannot read", async ({ expect }) => {
    for (const body of ["{", "[]", '{"a":1}', '[["PING"]]', '["GET",null]']) {
      expect(await ask("/", body)).toMatchObject({
        status: 400,
        json: { error: expect.stringContaining("ERR failed to parse command") },
      });
    }
    expect(await ask("/", ["NOSUCHCOMMAND"])).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining("unknown command") },
    });
    expect((await ask("/", undefined, { method: "DELETE" })).status).toBe(405);
    expect((await ask("/%zz")).status).toBe(400);
  });

  it("changes the sync token with every reply", async ({ expect }) => {
    const tokens = [await ask("/ping"), await ask("/ping"), await ask("/nosuch")].map(
      ({ headers }) => headers.get("upstash-sync-token"),
    );
    expect(new Set(tokens).size).toBe(3);
    expect(tokens).not.toContain(null);
  });

  it("refuses a body over its limit and serves the next request", async ({ expect }) => {
    const { server } = fixture();
    const small = await startProxy({ redisUrl: server.url, token: "t", bodyLimitBytes: 1000 });
    const post = (body: string | ReadableStream) =>
      fetch(small.url, {
        method: "POST",
        body,
        headers: { authorization: "Bearer t" },
        ...(typeof body !== "string" && { duplex: "half" }),
      });
    expect((await post(JSON.stringify(["SET", "k", "v".repeat(2000)]))).status).toBe(413);
    const endless = new Blob(["[", '"x",'.repeat(900)]).stream();
    const refused = await post(endless).then(
      ({ status }) => status,
      () => 413,
    );
    expect(refused).toBe(413);
    expect((await post('["PING"]')).status).toBe(200);
    await small.stop();
  });

  it("serves @upstash/redis with its defaults", async ({ expect }) => {
    const { url, token } = fixture().proxy;
    const redis = new Redis({ url, token, enableTelemetry: false });
    const k = key();
    const [set, value, all] = await Promise.all([
      redis.set(k, { a: 1 }),
      redis.get(k),
      redis.multi().incr(`${k}:n`).incr(`${k}:n`).exec(),
    ]);
    expect(set).toBe("OK");
    expect([{ a: 1 }, null]).toContainEqual(value);
    expect(all).toEqual([1, 2]);
    expect(await redis.hset(`${k}:h`, { f: "v", g: 2 })).toBe(2);
    expect(await redis.hgetall(`${k}:h`)).toEqual({ f: "v", g: 2 });
    expect(await redis.eval("return { KEYS[1], ARGV[1] }", [k], ["x"])).toEqual([k, "x"]);
  });
});

describe.skipIf(redisMissing !== undefined || process.env["REDIS_URL"] !== undefined)(
  `proxy over an outage ${redisMissing ?? ""}`,
  () => {
    const fixture = redisFixture({ appendOnly: true, own: true });
    const ask = (command: readonly string[]) => {
      const { url, token } = fixture().proxy;
      return fetch(url, {
        method: "POST",
        body: JSON.stringify(command),
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(5000),
      });
    };

    it("answers at once while the server is away, and again when it is back", async ({
      expect,
    }) => {
      await ask(["SET", "kept", "value"]);
      const restarted = fixture().server.restart(600);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const started = performance.now();
      const away = await ask(["GET", "kept"]);
      expect(away.status).toBe(503);
      expect(await away.json()).toEqual({ error: "ERR the database cannot be reached" });
      expect(performance.now() - started).toBeLessThan(500);
      await restarted;
      const limit = performance.now() + 4000;
      let back = await ask(["GET", "kept"]);
      while (back.status !== 200 && performance.now() < limit) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        back = await ask(["GET", "kept"]);
      }
      expect(await back.json()).toEqual({ result: "value" });
    });
  },
);

describe.skipIf(redisMissing !== undefined)(
  `proxy with a slow server ${redisMissing ?? ""}`,
  () => {
    const fixture = redisFixture();

    it("answers for a server that does not", async ({ expect }) => {
      const proxy = await startProxy({
        redisUrl: fixture().server.url,
        token: "t",
        timeoutMs: 50,
      });
      const spin = "for i = 1, 4e7 do end return 1";
      const slow = await fetch(proxy.url, {
        method: "POST",
        body: JSON.stringify(["EVAL", spin, 0]),
        headers: { authorization: "Bearer t" },
      });
      expect(slow.status).toBe(504);
      await proxy.stop();
    });
  },
);
