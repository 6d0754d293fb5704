/**
 * Queries over BigQuery's REST API (jobs.query, jobs.getQueryResults,
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query). Values are named parameters, never text of
 * the query; every query has a cap of bytes billed.
 */
import { FailureError } from "../domain/failure.ts";
import { fetchToken, type ServiceAccount } from "./bigquery-token.ts";

export interface Query {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
}

export interface QuerySettings {
  readonly project: string;
  readonly location: string;
  readonly maximumBytesBilled: number;
  readonly baseUrl: string;
  readonly account: ServiceAccount;
}

export interface BigQueryPorts {
  readonly fetch: typeof fetch;
  readonly pause: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
}

export type QueryRow = Readonly<Record<string, string | null>>;

export interface QueryPage {
  readonly rows: readonly QueryRow[];
  /** Processed by the query; in its first page only. */
  readonly bytes: number;
}

interface Answer {
  readonly jobComplete?: boolean;
  readonly jobReference?: { readonly jobId?: string; readonly location?: string };
  readonly schema?: { readonly fields?: readonly { readonly name: string }[] };
  readonly rows?: readonly { readonly f: readonly { readonly v: unknown }[] }[];
  readonly pageToken?: string;
  readonly totalBytesProcessed?: string;
}

/** 10 MB is the most an answer holds; rows of three short columns are 100 bytes each. */
const PAGE_ROWS = 10_000;
const POLL_MS = 10_000;
/** A query that has not ended after so many questions of 10 s each is given up. */
const POLLS = 30;
const WAITS_MS = [500, 1_000, 2_000, 4_000] as const;
/** Reasons for which the same call may succeed a little later. */
const PASSING = new Set(["rateLimitExceeded", "backendError", "internalError", "jobBackendError"]);

export class BigQueryClient {
  readonly #ports: BigQueryPorts;
  readonly #settings: QuerySettings;
  #token: string | undefined;

  constructor(ports: BigQueryPorts, settings: QuerySettings) {
    this.#ports = ports;
    this.#settings = settings;
  }

  /** What the query would process, in bytes; nothing is run or billed. */
  async estimate(query: Query): Promise<number> {
    const answer = await this.#start(query, true);
    return Number(answer.totalBytesProcessed ?? 0);
  }

  async *rows(query: Query): AsyncGenerator<QueryPage> {
    let answer = await this.#start(query, false);
    let path = resultsPath(answer, this.#settings.project);
    for (let poll = 0; answer.jobComplete !== true; poll += 1) {
      if (poll === POLLS) throw unavailable("The query did not end in time.");
      answer = await this.#call(path({ timeoutMs: String(POLL_MS) }));
    }
    path = resultsPath(answer, this.#settings.project, path);
    const names = answer.schema?.fields?.map(({ name }) => name) ?? [];
    let bytes = Number(answer.totalBytesProcessed ?? 0);
    for (;;) {
      yield { rows: (answer.rows ?? []).map((row) => rowOf(names, row)), bytes };
      bytes = 0;
      if (answer.pageToken === undefined || answer.pageToken === "") return;
      answer = await this.#call(path({ pageToken: answer.pageToken }));
    }
  }

  #start({ sql, parameters }: Query, dryRun: boolean): Promise<Answer> {
    const { project, location, maximumBytesBilled } = this.#settings;
    return this.#call(`/bigquery/v2/projects/${encodeURIComponent(project)}/queries`, {
      query: sql,
      useLegacySql: false,
      dryRun,
      location,
      maxResults: PAGE_ROWS,
      timeoutMs: POLL_MS,
      maximumBytesBilled: String(maximumBytesBilled),
      parameterMode: "NAMED",
      queryParameters: Object.entries(parameters).map(([name, { type, value }]) => ({
        name,
        parameterType: { type },
        parameterValue: { value },
      })),
    });
  }

  /** A token that ended is renewed once; what passes is tried again, with longer and longer waits. */
  async #call(path: string, body?: object): Promise<Answer> {
    let renewed = false;
    for (let tries = 0; ;) {
      this.#token ??= await this.#authorise();
      const answer = await this.#ask(path, body, this.#token);
      if (answer?.ok === true) return (await answer.json()) as Answer;
      const { reason, message } = await faultOf(answer);
      if (answer?.status === 401 && !renewed) {
        renewed = true;
        this.#token = undefined;
        continue;
      }
      const passes =
        answer === undefined ||
        answer.status >= 500 ||
        answer.status === 429 ||
        PASSING.has(reason);
      const waitMs = WAITS_MS[tries];
      if (!passes || waitMs === undefined) throw unavailable(`BigQuery: ${message}`);
      tries += 1;
      await this.#ports.pause(waitMs);
    }
  }

  #authorise(): Promise<string> {
    const { fetch: ask, nowMs } = this.#ports;
    return fetchToken(ask, this.#settings.account, nowMs());
  }

  async #ask(path: string, body: object | undefined, token: string): Promise<Response | undefined> {
    const { fetch: ask } = this.#ports;
    return ask(`${this.#settings.baseUrl}${path}`, {
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      signal: AbortSignal.timeout(POLL_MS * 3),
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    }).catch(() => undefined);
  }
}

type PathOf = (query: Readonly<Record<string, string>>) => string;

/** Pages and polls of a job are asked for where it runs. */
function resultsPath(answer: Answer, project: string, otherwise?: PathOf): PathOf {
  const { jobId, location } = answer.jobReference ?? {};
  if (jobId === undefined) {
    if (otherwise !== undefined) return otherwise;
    return () => {
      throw unavailable("BigQuery named no job to go on with.");
    };
  }
  const base = `/bigquery/v2/projects/${encodeURIComponent(project)}/queries/${encodeURIComponent(jobId)}`;
  return (query) => {
    const all = new URLSearchParams({ ...query, maxResults: String(PAGE_ROWS) });
    if (location !== undefined) all.set("location", location);
    return `${base}?${all.toString()}`;
  };
}

/** Every value arrives as text, whatever its type, or as null. */
function rowOf(names: readonly string[], { f }: NonNullable<Answer["rows"]>[number]): QueryRow {
  const row: Record<string, string | null> = {};
  names.forEach((name, at) => {
    const value = f[at]?.v;
    row[name] = typeof value === "string" ? value : null;
  });
  return row;
}

async function faultOf(
  answer: Response | undefined,
): Promise<{ readonly reason: string; readonly message: string }> {
  if (answer === undefined) return { reason: "", message: "no answer" };
  const text = await answer.text();
  try {
    const { error } = JSON.parse(text) as {
      error?: { message?: string; errors?: { reason?: string }[] };
    };
    const reason = error?.errors?.[0]?.reason ?? "";
    return { reason, message: `${answer.status} ${reason || (error?.message ?? "")}`.trim() };
  } catch {
    return { reason: "", message: String(answer.status) };
  }
}

const unavailable = (message: string): FailureError =>
  new FailureError("SOURCE_UNAVAILABLE", message);
