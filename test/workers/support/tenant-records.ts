/** Records of tenants and of the deployment, as an admin changes them. */
import { anId, askAdmin } from "./app.ts";

export interface RecordAnswer {
  readonly tenant: string;
  readonly version: number;
  readonly changed_at: string;
  readonly changed_by: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface VersionAnswer extends Omit<RecordAnswer, "tenant" | "config"> {
  readonly action: string;
  readonly changes: readonly { path: string; before?: unknown; after?: unknown }[];
}

export const aConfig = (tenant: string): string => `/t/${tenant}/admin/config`;

export function send(
  method: "PUT" | "PATCH" | "POST",
  path: string,
  body: unknown,
  ifMatch?: string,
): Promise<Response> {
  const headers = new Headers({ "Content-Type": "application/json" });
  if (ifMatch !== undefined) headers.set("If-Match", ifMatch);
  return askAdmin(path, { method, headers, body: JSON.stringify(body) });
}

export const putConfig = (tenant: string, config: unknown): Promise<Response> =>
  send("PUT", aConfig(tenant), config);

export const patchConfig = (tenant: string, patch: unknown, ifMatch?: string): Promise<Response> =>
  send("PATCH", aConfig(tenant), patch, ifMatch);

export async function askAdminJson<Body>(path: string): Promise<Body> {
  const answer = await askAdmin(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export async function aTenant(config: unknown): Promise<string> {
  const tenant = anId("t");
  await (await putConfig(tenant, config)).text();
  return tenant;
}
