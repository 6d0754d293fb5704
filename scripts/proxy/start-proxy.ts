/**
 * The Upstash REST protocol in front of an on-premises Redis, Valkey or Dragonfly: what lets one Worker and
 * one client speak to both. Bodies hold user ids and are never logged.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { commandOfPath, parseCommand, parseCommands, parseJson, RefusedError } from "./command.ts";
import { failed, LinkError, RedisLink } from "./redis-link.ts";
import { type Encoding, replyJson } from "./reply-json.ts";

export interface ProxyOptions {
  /** `redis://[user:password@]host:port[/db]` */
  readonly redisUrl: string;
  /** What clients send as `Authorization: Bearer`. */
  readonly token: string;
  /** [port=0] 0 takes a free one. */
  readonly port?: number;
  /** [host="127.0.0.1"] */
  readonly host?: string;
  /** [timeoutMs=5000] A database that has not answered by then is answered for, with 504. */
  readonly timeoutMs?: number;
  /** [bodyLimitBytes=10485760] As Upstash's smaller plans. */
  readonly bodyLimitBytes?: number;
}

export interface Proxy {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** A client that keeps its connection finds it open for longer than a load balancer's idle minute. */
const KEEP_ALIVE_MS = 65_000;
const READY_WAIT_MS = 2000;
const METHODS = new Set(["GET", "HEAD", "POST", "PUT"]);

export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { redisUrl, token, port = 0, host = "127.0.0.1" } = options;
  const { timeoutMs = 5000, bodyLimitBytes = 10 * 1024 * 1024 } = options;
  const link = new RedisLink(redisUrl, timeoutMs);
  const tokenHash = hash(token);
  const started = Date.now().toString(36);
  let replies = 0;

  async function answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    const url = new URL(request.url ?? "/", "http://proxy");
    if (!METHODS.has(request.method ?? "")) throw new RefusedError(405, "ERR method not allowed");
    if (!authorized(request, url, tokenHash)) {
      throw new RefusedError(401, "WRONGPASS invalid or missing auth token");
    }
    const body = await readBody(request, bodyLimitBytes);
    const encoding = encodingOf(request);
    if (request.method === "POST" && url.pathname === "/pipeline") {
      const all = await link.send(parseCommands(parseJson(body)));
      return { status: 200, body: all.map((reply) => replyJson(reply, encoding)) };
    }
    if (request.method === "POST" && url.pathname === "/multi-exec") {
      const reply = await link.transact(parseCommands(parseJson(body)));
      if (failed(reply)) return { status: 400, body: reply };
      const all = Array.isArray(reply) ? reply : [];
      return { status: 200, body: all.map((item) => replyJson(item, encoding)) };
    }
    const command =
      request.method === "POST" && url.pathname === "/"
        ? parseCommand(parseJson(body))
        : commandOfPath(url, body);
    const [reply = null] = await link.send([command]);
    return { status: failed(reply) ? 400 : 200, body: replyJson(reply, encoding) };
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await answer(request).catch(failureOf);
    // Clients echo it for read-your-writes. There is one database, so that it only has to change.
    replies += 1;
    response.setHeader("upstash-sync-token", `${started}-${replies.toString(36)}`);
    // The rest of a refused body would be read as the next request.
    if (!request.complete) response.setHeader("connection", "close");
    const text = Buffer.from(JSON.stringify(body));
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": text.length,
    });
    response.end(request.method === "HEAD" ? undefined : text);
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  server.listen(port, host);
  await once(server, "listening");
  await link.whenReady(READY_WAIT_MS);
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}`,
    token,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, link.close()]);
    },
  };
}

function failureOf(error: unknown): { status: number; body: object } {
  if (error instanceof RefusedError || error instanceof LinkError) {
    return { status: error.status, body: { error: error.message } };
  }
  // A defect of the proxy: named for its log, without the request.
  console.error("proxy:", error instanceof Error ? error.stack : error);
  return { status: 500, body: { error: "ERR internal error of the proxy" } };
}

function authorized(request: IncomingMessage, url: URL, tokenHash: Buffer): boolean {
  const header = request.headers.authorization;
  const token = header?.startsWith("Bearer ") ? header.slice(7) : url.searchParams.get("_token");
  return token !== null && timingSafeEqual(hash(token), tokenHash);
}

/** Hashes have one length, which is what a comparison in constant time needs. */
const hash = (text: string): Buffer => createHash("sha256").update(text).digest();

const encodingOf = (request: IncomingMessage): Encoding =>
  request.headers["upstash-encoding"] === "base64" ? "base64" : "utf8";

async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const tooLarge = new RefusedError(413, "ERR max request size exceeded");
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
