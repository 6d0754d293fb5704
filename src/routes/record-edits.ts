/** What routes of versioned records have in common: an edit and what follows it, and how records look outside. */
import { z } from "@hono/zod-openapi";
import { parseTenantId, type TenantId } from "../domain/ids.ts";
import { FailureError } from "../domain/failure.ts";
import {
  type DeploymentConfig,
  DEPLOYMENT_ID,
  deploymentConfigSchema,
} from "../tenants/deployment-record.ts";
import { editRecord, type EditRequest, type EditResult } from "../tenants/edit-record.ts";
import { parseTenantConfig } from "../tenants/parse-tenant.ts";
import { parseRecord } from "../tenants/record-faults.ts";
import type { TenantConfig } from "../tenants/tenant-config.ts";
import type { DeploymentRecord, TenantRecord } from "../tenants/tenant-registry.ts";
import type { RecordVersion, VersionedRecord } from "../tenants/versioned-record.ts";
import { actorOf } from "./actor.ts";
import type { Call } from "./context.ts";

export type Edit<Config> = Pick<EditRequest<Config>, "action" | "compose"> & {
  readonly ifVersion: number | undefined;
};

export async function editTenant(
  call: Call,
  id: TenantId,
  edit: Edit<TenantConfig>,
): Promise<EditResult<TenantId, TenantConfig>> {
  const { services, identity } = call;
  const l2s = services.l2s.map(({ kind }) => kind);
  let before: TenantConfig | undefined;
  const result = await editRecord(services.tenantRecords, id, {
    ...requestOf(call, edit),
    compose(current) {
      before = current;
      return edit.compose(current);
    },
    parse(input) {
      const config = parseTenantConfig(id, l2s, input);
      if (!identity.roles.includes("operator")) demandOperatorsFields(before, config);
      return config;
    },
  });
  settle(call, result.record);
  return result;
}

/** What a tenant has a contract about: its own admin sees it and does not change it. */
const OPERATORS_FIELDS: Readonly<Record<string, (config: TenantConfig) => unknown>> = {
  l2: (config) => config.l2,
  rate_limits: (config) => config.rate_limits,
  // A key pays for calls, and the names of other tenants' keys can be guessed.
  "videos.youtube_key": (config) => config.videos.youtube_key,
};

function demandOperatorsFields(before: TenantConfig | undefined, after: TenantConfig): void {
  const changed = Object.entries(OPERATORS_FIELDS)
    .filter(([, of]) => JSON.stringify(before && of(before)) !== JSON.stringify(of(after)))
    .map(([field]) => field);
  if (changed.length === 0) return;
  throw new FailureError("FORBIDDEN", "Only the operator changes these fields.", {
    faults: changed.map((field) => ({
      path: `body.${field}`,
      message: "is the operator's to change",
    })),
  });
}

export async function editDeployment(
  call: Call,
  edit: Edit<DeploymentConfig>,
): Promise<DeploymentRecord> {
  const { record } = await editRecord(call.services.deploymentRecords, DEPLOYMENT_ID, {
    ...requestOf(call, edit),
    parse: (input) => parseRecord(deploymentConfigSchema, input),
  });
  settle(call, record);
  return record;
}

const requestOf = <Config>(call: Call, { action, compose, ifVersion }: Edit<Config>) => ({
  action,
  compose,
  changedBy: actorOf(call),
  nowMs: call.startedMs,
  ...(ifVersion === undefined ? {} : { ifVersion }),
});

/** This isolate knows at once; others ask within seconds; the copy is for those that cannot. */
function settle({ services, background }: Call, record: TenantRecord | DeploymentRecord): void {
  services.tenants.learn(record);
  // An edit does not say what is withdrawn.
  const withdrawn = services.tenants.remembered(record.id as TenantId)?.withdrawn;
  const copy = withdrawn === undefined ? record : ({ ...record, withdrawn } as TenantRecord);
  background.run("tenant-copy", () => services.tenantCopies.keep(copy));
}

/** The id of a tenant that need not exist yet. */
export function tenantIdOf(text: string): TenantId {
  const id = parseTenantId(text);
  if (id !== undefined) return id;
  throw new FailureError("UNKNOWN_TENANT", "That is no tenant id.");
}

/** What an edit makes of a record that must exist. */
export function existing<Config>(current: Config | undefined): Config {
  if (current !== undefined) return current;
  throw new FailureError("UNKNOWN_TENANT", "There is no such tenant.");
}

export function unknownVersion(): FailureError {
  return new FailureError("UNKNOWN_VERSION", "There is no such version of this record.");
}

export const ifMatchHeader = z.object({
  "if-match": z
    .string()
    .regex(/^"\d{1,15}"$/, 'must be a version in quotes, such as "3"')
    .optional()
    .openapi({
      description:
        "The version that the change is meant for, as `ETag` gave it. Another one is a 412, and nothing changes.",
      example: '"3"',
    }),
});

export const versionOfHeader = ({
  "if-match": text,
}: z.output<typeof ifMatchHeader>): number | undefined =>
  text === undefined ? undefined : Number(text.slice(1, -1));

export const etagOf = (record: { readonly version: number }): { ETag: string } => ({
  ETag: `"${record.version}"`,
});

/** A body of any fields: the record's own schema finds their faults, all of them. */
export const recordBody = (name: string, description: string) => ({
  required: true,
  content: {
    "application/json": {
      schema: z.record(z.string(), z.unknown()).openapi(name, { description }),
    },
  },
});

export const stampFields = {
  version: z.number().int(),
  changed_at: z.string(),
  changed_by: z.string(),
} as const;

export const presentStamp = (
  record: Pick<VersionedRecord<string, unknown>, "version" | "changedAtMs" | "changedBy">,
) => ({
  version: record.version,
  changed_at: new Date(record.changedAtMs).toISOString(),
  changed_by: record.changedBy,
});

export const versionSchema = z
  .object({
    ...stampFields,
    action: z.enum(["create", "put", "patch", "rollback"]),
    changes: z.array(
      z.object({
        path: z.string().openapi({ example: "filters.max_maturity" }),
        before: z.unknown().optional(),
        after: z.unknown().optional(),
      }),
    ),
  })
  .openapi("RecordVersion");

export const presentVersion = (version: RecordVersion) => ({
  ...presentStamp(version),
  action: version.action,
  changes: [...version.changes],
});
