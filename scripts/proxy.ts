/** `npm run proxy`: serves the Upstash REST protocol for a Redis, Valkey or Dragonfly. See deploy/README.md. */
import { startProxy } from "./proxy/start-proxy.ts";

const {
  PORT = "8079",
  HOST = "127.0.0.1",
  REDIS_URL = "redis://127.0.0.1:6379",
  PROXY_TOKEN = "",
  PROXY_TIMEOUT_MS = "5000",
} = process.env;

if (PROXY_TOKEN.length < 16) {
  console.error("PROXY_TOKEN must be set, to at least 16 characters.");
  process.exit(1);
}

const proxy = await startProxy({
  redisUrl: REDIS_URL,
  token: PROXY_TOKEN,
  port: Number(PORT),
  host: HOST,
  timeoutMs: Number(PROXY_TIMEOUT_MS),
});
console.log(`proxy: listening on ${proxy.url}`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    void proxy.stop().then(() => process.exit(0));
  });
}
