/** A small server that plays the admin routes, so that tests of the import need no Worker. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parseItemRow } from "../../src/catalogue/item-row.ts";

export interface AdminRoutesServer {
  readonly url: string;
  /** By id, as the last request left them. */
  readonly items: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly watched: readonly Readonly<Record<string, unknown>>[];
  /** Rows requests that were answered with 200. */
  readonly batches: number;
  readonly jobs: readonly string[];
  /** Answers the next rows requests so instead; "hang-up" closes the connection. */
  failNext(times: number, answer: 503 | 400 | "hang-up"): void;
  /** Refuses every rows request from now on, or no longer. */
  refuse(refused: boolean): void;
  /** Ids that the server rejects although the import lets them pass. */
  rejectIds(...ids: string[]): void;
  /** Called before each rows request is answered, with its rows. */
  onRows(listener: (rows: readonly Row[]) => Promise<void>): void;
  close(): Promise<void>;
}

type Row = Readonly<Record<string, unknown>>;

export const ADMIN_KEY = "key-of-the-tests";

export async function startAdminRoutesServer(): Promise<AdminRoutesServer> {
  const items = new Map<string, Row>();
  const watched: Row[] = [];
  const jobs: string[] = [];
  const refusedIds = new Set<string>();
  let tenantExists = false;
  let batches = 0;
  let failures = 0;
  let failure: 503 | 400 | "hang-up" = 503;
  let refusesAll = false;
  let listener: (rows: readonly Row[]) => Promise<void> = () => Promise.resolve();

  async function takeRows(kind: string, request: IncomingMessage, response: ServerResponse) {
    const rows = (await bodyOf(request))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Row);
    await listener(rows);
    if (refusesAll || failures > 0) {
      failures -= 1;
      if (failure === "hang-up") response.destroy();
      else answer(response, failure, { code: "TEST", detail: "Told to fail." });
      return;
    }
    const rejected: { line: number; reason: string }[] = [];
    rows.forEach((row, at) => {
      const id = String(row["id"] ?? row["video_id"]);
      if (refusedIds.has(id)) rejected.push({ line: at + 1, reason: "id: refused by the server" });
      else if (kind === "watched") watched.push(row);
      else if (parseItemRow(row).ok) items.set(id, row);
      else rejected.push({ line: at + 1, reason: "row: no item" });
    });
    batches += 1;
    answer(response, 200, { accepted: rows.length - rejected.length, rejected });
  }

  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const [, , tenant, , resource, name] = path.split("/");
    if (request.headers.authorization !== `Bearer ${ADMIN_KEY}`) {
      answer(response, 401, {
        code: "UNAUTHENTICATED",
        detail: "The admin key is missing or wrong.",
      });
    } else if (resource === "tenant") {
      answer(response, 200, { id: tenant, created: !tenantExists });
      tenantExists = true;
    } else if (resource === "items" || resource === "watched") {
      takeRows(resource, request, response).catch(() => response.destroy());
    } else if (resource === "jobs" && request.method === "POST") {
      jobs.push(name ?? "");
      answer(response, 202, { id: String(jobs.length), job: name, outcome: "queued" });
    } else {
      const run = { id: name, job: "refresh-pools", outcome: "succeeded", counts: {}, error: null };
      answer(response, 200, { ...run, duration_ms: 1 });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    items,
    watched,
    jobs,
    get batches() {
      return batches;
    },
    failNext(times, how) {
      failures = times;
      failure = how;
    },
    refuse(refused) {
      refusesAll = refused;
      failure = 400;
    },
    rejectIds(...ids) {
      for (const id of ids) refusedIds.add(id);
    },
    onRows(next) {
      listener = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
