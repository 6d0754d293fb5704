/** The real path for tests on Redis: @upstash/redis, our proxy, a server. */
import { afterAll, beforeAll } from "vitest";

import { type Proxy, startProxy } from "../../scripts/proxy/start-proxy.ts";
import type { RedisSettings } from "../../src/platform/redis-client.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

export interface RedisFixture {
  readonly server: RedisServer;
  readonly proxy: Proxy;
  readonly settings: RedisSettings;
}

/** Starts a server and a proxy for the tests of the surrounding describe. */
export function redisFixture(options: Parameters<typeof startRedis>[0] = {}): () => RedisFixture {
  let fixture: RedisFixture | undefined;
  beforeAll(async () => {
    const server = await startRedis(options);
    const proxy = await startProxy({ redisUrl: server.url, token: "token-of-the-tests" });
    const settings: RedisSettings = {
      url: proxy.url,
      token: proxy.token,
      dialect: "redis",
      deadlineMs: 5000,
    };
    fixture = { server, proxy, settings };
  });
  afterAll(async () => {
    await fixture?.proxy.stop();
    await fixture?.server.stop();
  });
  return () => {
    if (fixture === undefined) throw new Error("the fixture starts with the first test");
    return fixture;
  };
}
