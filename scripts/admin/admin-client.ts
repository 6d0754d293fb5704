/** A client of the admin routes that outlives a restart of the Worker, and says what went wrong otherwise. */
import { setTimeout as sleep } from "node:timers/promises";

export type JobName =
  | "refresh-pools"
  | "update-popularity"
  | "sync-watched"
  | "update-similarities"
  | "refill-feeds"
  | "sync-sources";

export interface JobRun {
  readonly id: string;
  readonly job: JobName;
  readonly outcome: "queued" | "running" | "succeeded" | "kept" | "skipped" | "failed";
  readonly duration_ms: number | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly error: string | null;
}

export interface TenantSummary {
  readonly id: string;
  readonly name: string;
  readonly items: number;
}

export interface RowsAnswer {
  readonly accepted: number;
  /** `line` counts from 1 within the body. */
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
}

export interface AdminClient {
  tenants(): Promise<readonly TenantSummary[]>;
  /** Creates the tenant, or changes its name when one is given. */
  putTenant(tenant: string, name?: string): Promise<{ readonly created: boolean }>;
  postRows(tenant: string, kind: "items" | "watched" | "import", body: string): Promise<RowsAnswer>;
  /** Starts a job and waits until it has ended. */
  runJob(tenant: string, job: JobName): Promise<JobRun>;
  /** The answer as it is, for what is no JSON. */
  askText(method: Call["method"], path: string): Promise<string>;
  /** Any route that takes and gives JSON; one that gives nothing answers undefined. */
  ask<Answer>(method: Call["method"], path: string, options?: AskOptions): Promise<Answer>;
}

export interface AskOptions {
  readonly body?: unknown;
  /** The version that a change is meant for, in quotes. */
  readonly ifMatch?: string;
}

export interface AdminClientOptions {
  readonly url: string;
  readonly adminKey: string;
  /** Ends waiting and retries too. */
  readonly signal?: AbortSignal;
  /** Told before each wait, so that a pause is never a silent one. */
  readonly onRetry?: (reason: string, waitMs: number) => void;
  readonly retries?: number;
  readonly firstWaitMs?: number;
}

interface Fault {
  readonly path: string;
  readonly message: string;
}

/** A failure that another attempt would not mend, in words for the person at the console. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  /** Undefined when there was no answer at all. */
  readonly status: number | undefined;
  /** What is wrong with what was sent, each at its place. They are in the message, too. */
  readonly faults: readonly Fault[];

  constructor(message: string, answer: { status?: number; faults?: readonly Fault[] } = {}) {
    super(message);
    this.status = answer.status;
    this.faults = answer.faults ?? [];
  }
}

/** With the first wait of 300 ms: 0.3 + 0.6 + 1.2 + … + 8 s, about half a minute, then it gives up. */
const RETRIES = 7;
/** A Worker that was never there is more likely a wrong URL than a restart. */
const RETRIES_BEFORE_FIRST_ANSWER = 2;
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 8_000;
/** An upsert of 5,000 rows takes about a second locally; D1 over the network may take some. */
const REQUEST_LIMIT_MS = 60_000;
const JOB_POLL_MS = 150;
const JOB_LIMIT_MS = 15 * 60_000;

interface Call {
  readonly method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly ifMatch?: string;
  readonly asText?: true;
}

export function adminClient(options: AdminClientOptions): AdminClient {
  const base = options.url.replace(/\/+$/, "");

  let reached = false;

  async function call<Answer>(request: Call): Promise<Answer> {
    const { firstWaitMs = FIRST_WAIT_MS, onRetry } = options;
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await attemptCall<Answer>(base, options, request);
      const retries = reached ? (options.retries ?? RETRIES) : RETRIES_BEFORE_FIRST_ANSWER;
      if (outcome.answered || outcome.status !== undefined) reached = true;
      if (outcome.answered) return outcome.answer;
      options.signal?.throwIfAborted();
      if (!outcome.passing || attempt >= retries) {
        const times = attempt === 0 ? "" : ` (${attempt + 1} attempts)`;
        throw new AdminError(`${outcome.reason}${times}`, outcome);
      }
      // An idle connection that the Worker closed just now: not worth a word, nor a wait.
      if (outcome.staleConnection === true && attempt === 0) continue;
      const backOffMs = Math.min(firstWaitMs * 2 ** attempt, LONGEST_WAIT_MS);
      // Half of it by chance, so that batches that failed together do not come back together.
      const waitMs = outcome.retryAfterMs ?? Math.round(backOffMs * (0.5 + Math.random() / 2));
      onRetry?.(outcome.reason, waitMs);
      await sleep(
        waitMs,
        undefined,
        options.signal === undefined ? {} : { signal: options.signal },
      );
    }
  }

  const admin = (tenant: string, rest: string): string =>
    `/t/${encodeURIComponent(tenant)}/admin/${rest}`;

  return {
    async tenants() {
      const answer = await call<{ tenants: readonly TenantSummary[] }>({
        method: "GET",
        path: "/tenants",
      });
      return answer.tenants;
    },

    putTenant: (tenant, name) =>
      call({
        method: "PUT",
        path: admin(tenant, "tenant"),
        body: JSON.stringify(name === undefined ? {} : { name }),
        contentType: "application/json",
      }),

    postRows: (tenant, kind, body) =>
      call({
        method: "POST",
        path: admin(tenant, kind),
        body,
        contentType: "application/x-ndjson",
      }),

    askText: (method, path) => call<string>({ method, path, asText: true }),

    ask: (method, path, { body, ifMatch } = {}) =>
      call({
        method,
        path,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), contentType: "application/json" }),
        ...(ifMatch === undefined ? {} : { ifMatch }),
      }),

    async runJob(tenant, job) {
      const { id } = await call<{ id: string }>({
        method: "POST",
        path: admin(tenant, `jobs/${job}`),
      });
      const deadlineMs = Date.now() + JOB_LIMIT_MS;
      while (Date.now() < deadlineMs) {
        const run = await call<JobRun>({ method: "GET", path: admin(tenant, `jobs/${id}`) });
        if (run.outcome !== "queued" && run.outcome !== "running") return run;
        await sleep(JOB_POLL_MS);
        options.signal?.throwIfAborted();
      }
      throw new AdminError(`${job} has not ended within ${JOB_LIMIT_MS / 60_000} minutes.`);
    },
  };
}

type CallOutcome<Answer> =
  | { readonly answered: true; readonly answer: Answer }
  | {
      readonly answered: false;
      /** Whether it may pass by itself. */
      readonly passing: boolean;
      readonly reason: string;
      /** Undefined when there was no answer at all. */
      readonly status?: number;
      readonly faults?: readonly Fault[];
      readonly retryAfterMs?: number;
      readonly staleConnection?: boolean;
    };

async function attemptCall<Answer>(
  base: string,
  { adminKey, signal }: AdminClientOptions,
  { method, path, body, contentType, ifMatch, asText }: Call,
): Promise<CallOutcome<Answer>> {
  const limits = [AbortSignal.timeout(REQUEST_LIMIT_MS), ...(signal === undefined ? [] : [signal])];
  let response: Response;
  let text: string;
  try {
    response = await fetch(base + path, {
      method,
      headers: {
        Authorization: `Bearer ${adminKey}`,
        Accept: "application/json",
        ...(contentType === undefined ? {} : { "Content-Type": contentType }),
        ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any(limits),
    });
    text = await response.text();
  } catch (error) {
    return {
      answered: false,
      passing: true,
      reason: `${base} ${describeNetwork(error)}`,
      staleConnection: causeCode(error) === "UND_ERR_SOCKET",
    };
  }
  // A 204 has nothing to say, and its caller asks for nothing.
  if (response.ok) {
    const answer = asText === true ? text : text === "" ? undefined : (JSON.parse(text) as unknown);
    return { answered: true, answer: answer as Answer };
  }
  const problem = parseProblem(text);
  const said = problem.detail ?? response.statusText;
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return {
    answered: false,
    // A deployment without an admin key answers 503, which no waiting mends.
    passing:
      (response.status >= 500 || response.status === 429) && problem.code !== "ADMIN_DISABLED",
    status: response.status,
    faults: problem.faults,
    reason: `${method} ${path} answered ${response.status}: ${said}`,
    ...(Number.isFinite(retryAfter)
      ? { retryAfterMs: Math.min(retryAfter * 1_000, LONGEST_WAIT_MS) }
      : {}),
  };
}

function describeNetwork(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") {
    return `did not answer within ${REQUEST_LIMIT_MS / 1_000} s`;
  }
  const code = causeCode(error);
  if (code === "ECONNREFUSED") return "refuses connections. Is the Worker running? (npm start)";
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return `cannot be reached (${code ?? (cause instanceof Error ? cause.message : String(cause))})`;
}

function causeCode(error: unknown): string | undefined {
  return error instanceof Error
    ? (error.cause as { readonly code?: string } | undefined)?.code
    : undefined;
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly faults: readonly Fault[];
}

function parseProblem(text: string): Problem {
  try {
    const problem = JSON.parse(text) as {
      code?: string;
      detail?: string;
      errors?: readonly Fault[];
    };
    const faults = problem.errors ?? [];
    const said = faults.map(({ path, message }) => `${path} ${message}`);
    const detail = [problem.detail ?? "", ...said].filter((part) => part !== "").join("; ");
    return {
      faults,
      ...(problem.code === undefined ? {} : { code: problem.code }),
      ...(detail === "" ? {} : { detail }),
    };
  } catch {
    // Not our Worker's words: a proxy's page, perhaps. The status says enough.
    return { faults: [] };
  }
}
