/**
 * BigQuery's REST API as its reference describes it (jobs.query, jobs.getQueryResults) and Google's token endpoint, on
 * 127.0.0.1. It knows no SQL: a query is answered with the table that its text names. It misbehaves when told to.
 */
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export type Mischief = "expired" | "quota" | "rate" | "unavailable" | "silent";

type Value = string | null;

export interface BigQueryTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

interface QueryRequest {
  readonly query: string;
  readonly useLegacySql: boolean;
  readonly dryRun?: boolean;
  readonly location?: string;
  readonly maxResults?: number;
  readonly maximumBytesBilled?: string;
  readonly parameterMode?: string;
  readonly queryParameters?: readonly {
    readonly name: string;
    readonly parameterType: { readonly type: string };
    readonly parameterValue: { readonly value: string };
  }[];
}

export interface BigQueryServer {
  readonly url: string;
  /** The JSON key of a service account that this server knows. */
  readonly credentials: string;
  /** By the name that a query mentions. */
  readonly tables: Map<string, BigQueryTable>;
  /** One for each of the next calls of the API. */
  readonly mischief: Mischief[];
  readonly queries: QueryRequest[];
  tokens: number;
  /** Questions that find the job still running. */
  polls: number;
  pageRows: number;
  bytes: number;
  close(): void;
}

const EMAIL = "reader@project.iam.gserviceaccount.com";

export async function startBigQuery(): Promise<BigQueryServer> {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jobs = new Map<string, BigQueryTable>();
  const server: Server = createServer((request, response) => {
    void answer(request).then((given) => {
      if (given === undefined) {
        request.socket.destroy();
        return;
      }
      response.writeHead(given.status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(given.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let token = "none";
  const state: BigQueryServer = {
    url,
    credentials: JSON.stringify({
      type: "service_account",
      client_email: EMAIL,
      private_key_id: "key-1",
      private_key: keys.privateKey.export({ type: "pkcs8", format: "pem" }),
      token_uri: `${url}/token`,
    }),
    tables: new Map(),
    mischief: [],
    queries: [],
    tokens: 0,
    polls: 0,
    pageRows: 1_000,
    bytes: 1_234,
    close: () => server.close(),
  };

  async function answer(request: IncomingMessage) {
    const body = await bodyOf(request);
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    if (pathname === "/token") return grant(new URLSearchParams(body));
    const mischief = state.mischief.shift();
    if (mischief === "silent") return undefined;
    if (mischief !== undefined) return FAULTS[mischief];
    if (request.headers.authorization !== `Bearer ${token}`) return FAULTS.expired;
    const job = /\/queries\/([^/]+)$/.exec(pathname)?.[1];
    if (job !== undefined) return results(job, searchParams);
    return query(JSON.parse(body) as QueryRequest);
  }

  /** RFC 7523: the assertion must be signed by the account, for this endpoint, and not be over. */
  function grant(form: URLSearchParams) {
    const [head = "", claims = "", signature = ""] = (form.get("assertion") ?? "").split(".");
    const said = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
    const signed = verify(
      "sha256",
      Buffer.from(`${head}.${claims}`),
      createPublicKey(keys.privateKey),
      Buffer.from(signature, "base64url"),
    );
    const good =
      signed &&
      said["iss"] === EMAIL &&
      said["aud"] === `${url}/token` &&
      Number(said["exp"]) - Number(said["iat"]) <= 3_600 &&
      form.get("grant_type") === "urn:ietf:params:oauth:grant-type:jwt-bearer";
    if (!good) return { status: 400, body: { error: "invalid_grant" } };
    state.tokens += 1;
    token = `token-${state.tokens}`;
    return { status: 200, body: { access_token: token, expires_in: 3_599, token_type: "Bearer" } };
  }

  function query(asked: QueryRequest) {
    state.queries.push(asked);
    const unset = [...asked.query.matchAll(/@(\w+)/g)].find(
      ([, name]) => !asked.queryParameters?.some((parameter) => parameter.name === name),
    );
    if (asked.useLegacySql || asked.parameterMode !== "NAMED" || unset !== undefined) {
      return fault(400, "invalidQuery", "Query parameter not found");
    }
    const cost = { kind: "bigquery#queryResponse", totalBytesProcessed: String(state.bytes) };
    if (asked.dryRun === true) return { status: 200, body: { ...cost, jobComplete: true } };
    if (state.bytes > Number(asked.maximumBytesBilled)) {
      return fault(400, "bytesBilledLimitExceeded", "Query exceeded limit for bytes billed");
    }
    const [, table] = [...state.tables].find(([name]) => asked.query.includes(name)) ?? [];
    const job = `job-${state.queries.length}`;
    jobs.set(job, table ?? { columns: [], rows: [] });
    const jobReference = { projectId: "project", jobId: job, location: asked.location };
    if (state.polls > 0) {
      return { status: 200, body: { ...cost, jobReference, jobComplete: false } };
    }
    return { status: 200, body: { ...cost, jobReference, ...pageOf(job, 0) } };
  }

  function results(job: string, search: URLSearchParams) {
    if (!jobs.has(job) || search.get("location") !== "EU") return fault(404, "notFound", "no job");
    const jobReference = { projectId: "project", jobId: job, location: "EU" };
    if (state.polls > 0) {
      state.polls -= 1;
      return { status: 200, body: { jobReference, jobComplete: false } };
    }
    const from = Number(search.get("pageToken") ?? 0);
    return { status: 200, body: { jobReference, ...pageOf(job, from) } };
  }

  function pageOf(job: string, from: number) {
    const { columns = [], rows = [] } = jobs.get(job) ?? {};
    const page = rows.slice(from, from + state.pageRows);
    const next = from + page.length;
    return {
      jobComplete: true,
      schema: { fields: columns.map((name) => ({ name, type: "STRING", mode: "NULLABLE" })) },
      totalRows: String(rows.length),
      rows: page.map((row) => ({ f: row.map((v) => ({ v })) })),
      ...(next < rows.length ? { pageToken: String(next) } : {}),
    };
  }

  return state;
}

const fault = (status: number, reason: string, message: string) => ({
  status,
  body: { error: { code: status, message, errors: [{ reason, message, domain: "global" }] } },
});

const FAULTS = {
  expired: fault(401, "authError", "Request had invalid authentication credentials."),
  quota: fault(403, "quotaExceeded", "Quota exceeded: your project exceeded quota."),
  rate: fault(403, "rateLimitExceeded", "Exceeded rate limits."),
  unavailable: fault(503, "backendError", "Error encountered during execution."),
} as const;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
