/** Bindings as wrangler.toml names them, and settings, parsed once per isolate. */
import * as z from "zod";
import type { LimitNamespace } from "./access/durable-rate-limits.ts";
import type { QuotaNamespace } from "./quota/durable-quota-authority.ts";
import type { EventShardNamespace } from "./events/durable-event-shards.ts";
import type { EventMessage } from "./events/event-message.ts";
import type { CacheNamespace } from "./cache/durable-tier.ts";
import type { StepMessage } from "./similar/run-step.ts";
import { BREAKER_POLICY } from "./platform/circuit-breaker.ts";
import type { PoolShelfNamespace } from "./pools/durable-pool-store.ts";
import type { ProfileNamespace } from "./profiles/durable-profile-store.ts";
import { type FaultPlan, faultPlanSchema } from "./tenants/guards.ts";
import { DEPENDENCIES, type Dependency } from "./tenants/tenant-config.ts";
import type { UserShardNamespace } from "./users/durable-user-store.ts";
import type { UserKey } from "./users/user-store.ts";
import type { OutEvent } from "./webhooks/out-event.ts";
import type { OutboxMessage } from "./webhooks/outbox.ts";

export interface Bindings {
  readonly DB: D1Database;
  readonly REPLICAS: KVNamespace;
  readonly EVENT_LOG: R2Bucket;
  readonly ARTEFACTS: R2Bucket;
  readonly USER_SHARDS_DO: UserShardNamespace;
  readonly POOLS_DO: PoolShelfNamespace;
  readonly LIMITS_DO: LimitNamespace;
  readonly PROFILES_DO: ProfileNamespace;
  readonly QUOTA_DO: QuotaNamespace;
  readonly CACHE_DO: CacheNamespace;
  readonly EVENTS_DO: EventShardNamespace;
  readonly JOBS: Queue;
  /** Users whose answer is to be made anew before it ends. */
  readonly WARM_UPS: Queue<UserKey>;
  /** Parts of long computations, each an invocation of its own. */
  readonly STEPS: Queue<StepMessage>;
  /** Events that tenants are told of, on their way. */
  readonly OUTBOX: Queue<OutboxMessage>;
  /** The same as CloudEvents, for another Worker. */
  readonly EVENTS_OUT?: Queue<OutEvent>;
  /** What users did, on its way to them. */
  readonly EVENTS: Queue<EventMessage>;
  readonly ASSETS?: Fetcher;
  readonly VERSION?: WorkerVersionMetadata;
  readonly DEFAULT_L2?: string;
  readonly UPSTASH_REDIS_REST_URL?: string;
  readonly UPSTASH_REDIS_REST_TOKEN?: string;
  readonly REDIS_DIALECT?: string;
  readonly USER_SHARDS?: string;
  readonly EVENT_SHARDS?: string;
  readonly L2_DEADLINE_MS?: string;
  readonly DEADLINES_MS?: string;
  readonly BREAKER_OPEN_MS?: string;
  readonly ALLOW_FAULTS?: string;
  readonly FAULTS?: string;
  readonly ADMIN_KEY?: string;
  readonly SIGNING_KEY?: string;
  readonly DEFAULT_AUTH?: string;
  readonly YOUTUBE_BASE_URL?: string;
  readonly YOUTUBE_API_KEY?: string;
  readonly YOUTUBE_LIMITS?: string;
  /** System E's main database, read only; absent where no tenant has one. */
  readonly GIFTS_DB?: Hyperdrive;
  /** Credentials of tenants' sources; a source's record names one. */
  readonly [sourceSecret: `SOURCE_SECRET_${string}`]: string | undefined;
  /** Keys of tenants that bring their own; a tenant's record names one. */
  readonly [youtubeKey: `YOUTUBE_KEY_${string}`]: string | undefined;
  /** Secrets that tenants' tokens are signed with; a tenant's record names one. */
  readonly [secret: `JWT_SECRET_${string}`]: string | undefined;
}

/** An unset variable arrives as an empty string from wrangler.toml. */
const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === "" ? undefined : text));

/** JSON in a variable; an unset one is an empty object. */
const jsonText = optionalText.transform((text, context): unknown => {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    context.addIssue({ code: "custom", message: "must be JSON" });
    return z.NEVER;
  }
});

const deadlineMs = z.coerce.number().int().min(10).max(30_000);

/** Per API key, as Google grants them unless asked for more; the day ends at midnight Pacific. */
const youtubeLimitsSchema = z.strictObject({
  search_per_day: z.number().int().min(0).default(100),
  units_per_day: z.number().int().min(0).default(10_000),
  calls_per_second: z.number().int().min(1).default(10),
  calls_per_minute: z.number().int().min(1).default(300),
  /** What one user may cause a day. */
  user_search_per_day: z.number().int().min(0).default(2),
  user_units_per_day: z.number().int().min(0).default(40),
});

const settingsSchema = z
  .object({
    DEFAULT_L2: z.enum(["embedded", "redis"]).default("embedded"),
    UPSTASH_REDIS_REST_URL: optionalText.pipe(z.url().optional()),
    UPSTASH_REDIS_REST_TOKEN: optionalText,
    REDIS_DIALECT: z.enum(["redis", "upstash"]).default("redis"),
    USER_SHARDS: z.coerce.number().int().min(1).max(4096).default(8),
    EVENT_SHARDS: z.coerce.number().int().min(1).max(1024).default(4),
    L2_DEADLINE_MS: deadlineMs.default(1_500),
    DEADLINES_MS: jsonText.pipe(z.partialRecord(z.enum(DEPENDENCIES), deadlineMs)),
    BREAKER_OPEN_MS: z.coerce.number().int().min(100).max(600_000).default(BREAKER_POLICY.openMs),
    ALLOW_FAULTS: optionalText.pipe(z.enum(["true", "false"]).default("false")),
    FAULTS: jsonText.pipe(faultPlanSchema),
    ADMIN_KEY: optionalText.pipe(z.string().min(16).optional()),
    SIGNING_KEY: optionalText.pipe(z.string().min(32).optional()),
    DEFAULT_AUTH: z.enum(["open", "keys"]).default("keys"),
    YOUTUBE_BASE_URL: optionalText.pipe(z.url().default("https://youtube.googleapis.com")),
    YOUTUBE_API_KEY: optionalText,
    YOUTUBE_LIMITS: jsonText.pipe(youtubeLimitsSchema),
  })
  .refine((env) => env.DEFAULT_L2 === "embedded" || env.UPSTASH_REDIS_REST_URL !== undefined, {
    message: "is needed when DEFAULT_L2 is redis",
    path: ["UPSTASH_REDIS_REST_URL"],
  })
  .refine((env) => env.DEFAULT_AUTH === "open" || env.SIGNING_KEY !== undefined, {
    message: "is needed unless DEFAULT_AUTH is open: it signs cursors",
    path: ["SIGNING_KEY"],
  })
  .refine((env) => env.ALLOW_FAULTS === "true" || Object.keys(env.FAULTS).length === 0, {
    message: "is refused unless ALLOW_FAULTS is true",
    path: ["FAULTS"],
  });

export type YouTubeLimits = z.output<typeof youtubeLimitsSchema>;

export interface Settings {
  readonly defaultL2: "embedded" | "redis";
  /** Absent when no Redis is configured. */
  readonly redis?: {
    readonly url: string;
    readonly token: string;
    readonly dialect: "redis" | "upstash";
  };
  readonly userShards: number;
  readonly eventShards: number;
  /** Of the deployment: for every dependency that a tenant does not name. */
  readonly deadlinesMs: Readonly<Record<Dependency, number>>;
  readonly breakerOpenMs: number;
  /** Faults that strike from the start; absent where faults are not allowed. */
  readonly faults?: FaultPlan;
  readonly adminKey?: string;
  /** Signs cursors: the same in every isolate, and a secret of its own, since every client may guess at it. */
  readonly signingKey: string;
  /** What tenants that leave it to the deployment ask of their callers; only with "open" may any tenant be open. */
  readonly defaultAuth: "open" | "keys";
  readonly youtube: {
    readonly baseUrl: string;
    readonly limits: YouTubeLimits;
    /** The deployment's key, for tenants that have none of their own. */
    readonly key?: string;
    /** By name: `YOUTUBE_KEY_…`. */
    readonly keys: ReadonlyMap<string, string>;
  };
  /** By name: `SOURCE_SECRET_…`. */
  readonly sourceSecrets: ReadonlyMap<string, string>;
  /** By name: `JWT_SECRET_…`. */
  readonly jwtSecrets: ReadonlyMap<string, Uint8Array>;
}

/**
 * D1 and KV answer in tens of milliseconds, and in hundreds from another continent. Metadata is worth less of a wait
 * than a tenant's record, and a rate limit is worth none: without an answer it lets the request pass.
 */
const DEADLINES_MS = {
  registry: 1_500,
  catalogue: 1_000,
  copies: 1_500,
  limits: 150,
  profiles: 500,
  quota: 300,
  youtube: 2_500,
} as const;

/** Throws an error that names every bad variable and none of their values. */
export function parseSettings(env: Bindings): Settings {
  const parsed = settingsSchema.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
    throw new Error(`bad configuration: ${faults.join("; ")}`);
  }
  const jwtSecrets = jwtSecretsOf(env);
  const { data } = parsed;
  return {
    defaultL2: data.DEFAULT_L2,
    userShards: data.USER_SHARDS,
    eventShards: data.EVENT_SHARDS,
    defaultAuth: data.DEFAULT_AUTH,
    // A demo's cursors need not outlive it.
    signingKey: data.SIGNING_KEY ?? data.ADMIN_KEY ?? crypto.randomUUID(),
    jwtSecrets,
    sourceSecrets: textsOf(env, "SOURCE_SECRET_"),
    deadlinesMs: {
      ...DEADLINES_MS,
      l2: data.L2_DEADLINE_MS,
      pools: data.L2_DEADLINE_MS,
      ...data.DEADLINES_MS,
    },
    breakerOpenMs: data.BREAKER_OPEN_MS,
    youtube: {
      baseUrl: data.YOUTUBE_BASE_URL.replace(/\/$/, ""),
      limits: data.YOUTUBE_LIMITS,
      keys: textsOf(env, "YOUTUBE_KEY_"),
      ...(data.YOUTUBE_API_KEY === undefined ? {} : { key: data.YOUTUBE_API_KEY }),
    },
    ...(data.ALLOW_FAULTS === "true" ? { faults: data.FAULTS } : {}),
    ...(data.UPSTASH_REDIS_REST_URL === undefined
      ? {}
      : {
          redis: {
            url: data.UPSTASH_REDIS_REST_URL,
            token: data.UPSTASH_REDIS_REST_TOKEN ?? "",
            dialect: data.REDIS_DIALECT,
          },
        }),
    ...(data.ADMIN_KEY === undefined ? {} : { adminKey: data.ADMIN_KEY }),
  };
}

/** HS256 wants a secret as long as its digest (RFC 7518, 3.2). */
const JWT_SECRET_BYTES = 32;

function jwtSecretsOf(env: Bindings): ReadonlyMap<string, Uint8Array> {
  const secrets = new Map<string, Uint8Array>();
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith("JWT_SECRET_") || typeof value !== "string" || value === "") continue;
    const secret = new TextEncoder().encode(value);
    if (secret.length < JWT_SECRET_BYTES) {
      throw new Error(`bad configuration: ${name} must have at least ${JWT_SECRET_BYTES} bytes`);
    }
    secrets.set(name, secret);
  }
  return secrets;
}

/** Variables and secrets of a prefix, by name. */
function textsOf(env: Bindings, prefix: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith(prefix) && typeof value === "string" && value !== "")
      texts.set(name, value);
  }
  return texts;
}
