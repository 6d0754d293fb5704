/** Callers, keys and background work for tests of access. */
import { type ApiKey, KEY_BYTES, mintKey } from "../../src/access/api-key.ts";
import type { ApiKeys } from "../../src/access/api-keys.ts";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import type { Background } from "../../src/platform/background.ts";

export const TENANT = "acme" as TenantId;
export const NOW_MS = 1_760_000_000_000;
export const ALICE = "alice" as UserId;

/** Work behind the answer, kept until a test lets it run. */
export function aBackground() {
  const works: { name: string; work: () => Promise<unknown> }[] = [];
  const background: Background = { run: (name, work) => void works.push({ name, work }) };
  const settle = async (): Promise<void> => {
    for (const { work } of works.splice(0)) await work().catch(() => undefined);
  };
  return { background, works, settle };
}

export function aKey(change: Partial<ApiKey> = {}) {
  const { text, key } = mintKey(
    {
      tenant: TENANT,
      name: "a key",
      roles: ["reader"],
      createdAtMs: NOW_MS,
      createdBy: "operator",
      ...change,
    },
    crypto.getRandomValues(new Uint8Array(KEY_BYTES)),
  );
  return { text, key: { ...key, ...change } };
}

/** A table in memory that counts its reads and can be cut off. */
export class KeyTable implements ApiKeys {
  readonly rows = new Map<string, ApiKey>();
  reads = 0;
  uses = 0;
  down = false;

  find(tenant: TenantId, id: string): Promise<ApiKey | undefined> {
    this.reads += 1;
    return this.down
      ? Promise.reject(new Error("D1_ERROR: down"))
      : Promise.resolve(this.rows.get(`${tenant}/${id}`));
  }
  list(): Promise<readonly ApiKey[]> {
    return Promise.resolve([...this.rows.values()]);
  }
  add(key: ApiKey): Promise<void> {
    this.rows.set(`${key.tenant}/${key.id}`, key);
    return Promise.resolve();
  }
  rotate(): Promise<boolean> {
    return Promise.resolve(false);
  }
  revoke(tenant: TenantId, id: string, nowMs: number): Promise<boolean> {
    const key = this.rows.get(`${tenant}/${id}`);
    if (key === undefined) return Promise.resolve(false);
    this.rows.set(`${tenant}/${id}`, { ...key, revokedAtMs: nowMs });
    return Promise.resolve(true);
  }
  recordUse(): Promise<void> {
    this.uses += 1;
    return Promise.resolve();
  }
}
