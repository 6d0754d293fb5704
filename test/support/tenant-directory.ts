/** A directory over a registry and copies that live in memory and do as they are told. */
import type { TenantId } from "../../src/domain/ids.ts";
import type { Log } from "../../src/observability/log.ts";
import type { Background } from "../../src/platform/background.ts";
import { DEPLOYMENT_ID, deploymentConfigSchema } from "../../src/tenants/deployment-record.ts";
import type { TenantCopies } from "../../src/tenants/tenant-copies.ts";
import { tenantConfigSchema } from "../../src/tenants/tenant-config.ts";
import { TenantDirectory } from "../../src/tenants/tenant-directory.ts";
import type {
  DeploymentRecord,
  RegistryChanges,
  TenantRecord,
  TenantRegistry,
} from "../../src/tenants/tenant-registry.ts";

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };
const STAMP = { changedAtMs: 0, changedBy: "a test" } as const;

/** Its version and revision come from the registry that it is put into. */
export const aTenantRecord = (id: TenantId, config: object = {}): TenantRecord => ({
  ...STAMP,
  id,
  version: 0,
  revision: 0,
  config: tenantConfigSchema.parse({ name: "A tenant", ...config }),
});

class MemoryRegistry implements TenantRegistry {
  away = false;
  partSize = Number.POSITIVE_INFINITY;
  readonly questions: { since: number | undefined; wanted: TenantId | undefined }[] = [];
  readonly #tenants = new Map<TenantId, TenantRecord>();
  #revision = 0;
  #held: Promise<void> | undefined;
  #deployment: DeploymentRecord = {
    ...STAMP,
    id: DEPLOYMENT_ID,
    version: 1,
    revision: 0,
    config: deploymentConfigSchema.parse({}),
  };

  put(record: TenantRecord): TenantRecord {
    const version = (this.#tenants.get(record.id)?.version ?? 0) + 1;
    const written = { ...record, version, revision: (this.#revision += 1) };
    // Oldest change first, as the registry answers.
    this.#tenants.delete(record.id);
    this.#tenants.set(record.id, written);
    return written;
  }

  putDeployment(config: object): DeploymentRecord {
    this.#deployment = {
      ...this.#deployment,
      version: this.#deployment.version + 1,
      revision: (this.#revision += 1),
      config: deploymentConfigSchema.parse(config),
    };
    return this.#deployment;
  }

  /** The next question is answered, as of the time it was asked, when the returned function is called. */
  holdNext(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return resolve;
  }

  async loadChanges(since: number | undefined, wanted?: TenantId): Promise<RegistryChanges> {
    this.questions.push({ since, wanted });
    if (this.away) throw new Error("away");
    const held = this.#held;
    this.#held = undefined;
    const newer = [...this.#tenants.values()].filter(
      ({ revision }) => since !== undefined && revision > since,
    );
    const part = newer.slice(0, this.partSize);
    const asked = wanted === undefined ? undefined : this.#tenants.get(wanted);
    const more = part.length === this.partSize;
    const changes: RegistryChanges = {
      revision: (more ? part.at(-1)?.revision : undefined) ?? this.#revision,
      more,
      tenants: [...part, ...(asked === undefined ? [] : [asked])],
      ...(this.#deployment.revision > (since ?? -1) ? { deployment: this.#deployment } : {}),
    };
    await held;
    return changes;
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }
  list(): Promise<readonly never[]> {
    return Promise.resolve([]);
  }
}

class MemoryCopies implements TenantCopies {
  asked = 0;
  readonly #kept = new Map<string, TenantRecord | DeploymentRecord>();
  find(id: TenantId): Promise<TenantRecord | undefined> {
    this.asked += 1;
    return Promise.resolve(this.#kept.get(id) as TenantRecord | undefined);
  }
  findDeployment(): Promise<DeploymentRecord | undefined> {
    return Promise.resolve(this.#kept.get(DEPLOYMENT_ID) as DeploymentRecord | undefined);
  }
  keep(record: TenantRecord | DeploymentRecord): Promise<void> {
    this.#kept.set(record.id, record);
    return Promise.resolve();
  }
}

export function aDirectory({ deadlineMs = 60_000 } = {}) {
  const [registry, copies] = [new MemoryRegistry(), new MemoryCopies()];
  const options = { registry, copies, deadlineMs, log: silent };
  const running: Promise<unknown>[] = [];
  const background: Background = {
    run: (_, work) => void running.push(work().catch(() => undefined)),
  };
  const settled = (): Promise<unknown> => Promise.all(running);
  return { registry, copies, directory: new TenantDirectory(options), background, settled };
}
