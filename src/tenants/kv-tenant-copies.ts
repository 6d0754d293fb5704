import type { TenantId } from "../domain/ids.ts";
import { DEPLOYMENT_ID } from "./deployment-record.ts";
import { type ConfigReaders, readRecord, recordRow, type RecordRow } from "./stored-records.ts";
import type { TenantCopies } from "./tenant-copies.ts";
import type { DeploymentRecord, TenantRecord } from "./tenant-registry.ts";

const keyOf = (id: string): string => `tenant:${id}`;

export class KvTenantCopies implements TenantCopies {
  readonly #namespace: KVNamespace;
  readonly #read: ConfigReaders;

  constructor(namespace: KVNamespace, read: ConfigReaders) {
    this.#namespace = namespace;
    this.#read = read;
  }

  async find(id: TenantId): Promise<TenantRecord | undefined> {
    const row = await this.#load(id);
    return row === undefined ? undefined : readRecord(row, this.#read.tenant);
  }

  async findDeployment(): Promise<DeploymentRecord | undefined> {
    const row = await this.#load(DEPLOYMENT_ID);
    return row === undefined ? undefined : readRecord(row, this.#read.deployment);
  }

  async keep(record: TenantRecord | DeploymentRecord): Promise<void> {
    await this.#namespace.put(keyOf(record.id), JSON.stringify(recordRow(record)));
  }

  async #load(id: string): Promise<RecordRow | undefined> {
    return (await this.#namespace.get<RecordRow>(keyOf(id), "json")) ?? undefined;
  }
}
