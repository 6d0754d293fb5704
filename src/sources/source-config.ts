/** What a tenant says of a source: where rows are, what they are called there, and how much a run may take. */
import * as z from "zod";

/** Names of Worker secrets: what they hold is never in a record. */
const secretName = z
  .string()
  .regex(/^SOURCE_SECRET_[A-Z0-9_]{1,64}$/, "must be the name of a secret SOURCE_SECRET_…");

/** A table or column as databases take it without quotes. */
const identifier = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, "must be a name of letters, digits and _");

const limits = z
  .strictObject({
    rows: z.number().int().min(1).max(2_000_000).default(200_000),
    bytes: z.number().int().min(1_000).max(2_000_000_000).default(256_000_000),
    /** A job's lease ends after ten minutes. */
    seconds: z.number().int().min(1).max(480).default(240),
    /** A snapshot that would take out a bigger share of the source's items fails: it is probably broken. */
    removed_share: z.number().min(0).max(1).default(0.5),
  })
  .prefault({});

/** Field of ours: what the source calls it. */
const columns = z
  .record(identifier, z.string().min(1).max(256))
  .refine((map) => Object.keys(map).length <= 100, "has too many entries")
  .default({});

const common = { limits, columns, enabled: z.boolean().default(true) };

const fileFormat = {
  format: z.enum(["auto", "ndjson", "csv"]).default("auto"),
  delimiter: z.string().length(1).default(","),
  /** `snapshot`: items that the file no longer has are taken out. `changes`: they stay. */
  holds: z.enum(["snapshot", "changes"]).default("snapshot"),
};

const httpSource = z.strictObject({
  kind: z.literal("http"),
  url: z.url().max(2_048),
  /** The secret is sent as `Authorization`. */
  authorization: secretName.optional(),
  ...fileFormat,
  ...common,
});

const r2Source = z.strictObject({
  kind: z.literal("r2"),
  /** Below `sources/<tenant>/` of the bucket ARTEFACTS: no tenant can name another's. */
  key: z
    .string()
    .max(512)
    .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/, "must be a path"),
  ...fileFormat,
  ...common,
});

const bigquerySource = z.strictObject({
  kind: z.literal("bigquery"),
  /** Where queries run and are paid for. */
  project: z.string().regex(/^[a-z0-9:.-]{1,100}$/, "must be a project id"),
  location: z.string().max(64).default("US"),
  /** Where system A's tables are. */
  dataset: z.string().regex(/^([a-z0-9:.-]+\.)?[A-Za-z0-9_]{1,1024}$/, "must be [project.]dataset"),
  /** The secret is the service account's JSON key. */
  credentials: secretName,
  gives: z
    .array(z.enum(["popularity", "freshness", "fallback", "history"]))
    .min(1)
    .default(["popularity", "freshness", "fallback", "history"]),
  /** Each query; BigQuery ends one that would be billed for more. */
  maximum_bytes_billed: z.number().int().min(10_000_000).max(1e12).default(10_000_000_000),
  /** For tests and emulators; only where DEFAULT_AUTH is open. */
  base_url: z.url().optional(),
  ...common,
});

const postgresSource = z.strictObject({
  kind: z.literal("postgres"),
  schema: identifier.default("public"),
  gives: z
    .array(z.enum(["items", "likes", "clicks", "demographics"]))
    .min(1)
    .default(["items", "likes", "clicks", "demographics"]),
  /** How often all items are read, to find those that are gone. */
  whole_every_hours: z.number().min(0).max(168).default(6),
  statement_timeout_ms: z.number().int().min(100).max(60_000).default(10_000),
  ...common,
});

export const sourceConfigSchema = z.discriminatedUnion("kind", [
  httpSource,
  r2Source,
  bigquerySource,
  postgresSource,
]);

export type SourceConfig = z.output<typeof sourceConfigSchema>;
export type HttpSource = Extract<SourceConfig, { kind: "http" }>;
export type R2Source = Extract<SourceConfig, { kind: "r2" }>;
export type FileSource = HttpSource | R2Source;
export type BigQuerySource = Extract<SourceConfig, { kind: "bigquery" }>;
export type PostgresSource = Extract<SourceConfig, { kind: "postgres" }>;

/** Part of paths and keys. */
export const SOURCE_NAME_PATTERN = /^[a-z0-9][a-z0-9_-]{0,63}$/;
