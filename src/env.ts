/** Bindings as wrangler.toml names them, and settings, parsed once per isolate. */
import * as z from "zod";
import type { PoolShelfNamespace } from "./pools/durable-pool-store.ts";
import type { UserShardNamespace } from "./users/durable-user-store.ts";

export interface Bindings {
  readonly DB: D1Database;
  readonly REPLICAS: KVNamespace;
  readonly USER_SHARDS_DO: UserShardNamespace;
  readonly POOLS_DO: PoolShelfNamespace;
  readonly JOBS: Queue;
  readonly ASSETS?: Fetcher;
  readonly VERSION?: WorkerVersionMetadata;
  readonly DEFAULT_L2?: string;
  readonly UPSTASH_REDIS_REST_URL?: string;
  readonly UPSTASH_REDIS_REST_TOKEN?: string;
  readonly REDIS_DIALECT?: string;
  readonly USER_SHARDS?: string;
  readonly L2_DEADLINE_MS?: string;
  readonly ADMIN_KEY?: string;
}

/** An unset variable arrives as an empty string from wrangler.toml. */
const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === "" ? undefined : text));

const settingsSchema = z
  .object({
    DEFAULT_L2: z.enum(["embedded", "redis"]).default("embedded"),
    UPSTASH_REDIS_REST_URL: optionalText.pipe(z.url().optional()),
    UPSTASH_REDIS_REST_TOKEN: optionalText,
    REDIS_DIALECT: z.enum(["redis", "upstash"]).default("redis"),
    USER_SHARDS: z.coerce.number().int().min(1).max(4096).default(8),
    L2_DEADLINE_MS: z.coerce.number().int().min(10).max(30_000).default(1_500),
    ADMIN_KEY: optionalText.pipe(z.string().min(16).optional()),
  })
  .refine((env) => env.DEFAULT_L2 === "embedded" || env.UPSTASH_REDIS_REST_URL !== undefined, {
    message: "is needed when DEFAULT_L2 is redis",
    path: ["UPSTASH_REDIS_REST_URL"],
  });

export interface Settings {
  readonly defaultL2: "embedded" | "redis";
  /** Absent when no Redis is configured. */
  readonly redis?: {
    readonly url: string;
    readonly token: string;
    readonly dialect: "redis" | "upstash";
  };
  readonly userShards: number;
  readonly l2DeadlineMs: number;
  readonly adminKey?: string;
}

/** Throws an error that names every bad variable and none of their values. */
export function parseSettings(env: Bindings): Settings {
  const parsed = settingsSchema.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
    throw new Error(`bad configuration: ${faults.join("; ")}`);
  }
  const { data } = parsed;
  return {
    defaultL2: data.DEFAULT_L2,
    userShards: data.USER_SHARDS,
    l2DeadlineMs: data.L2_DEADLINE_MS,
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
