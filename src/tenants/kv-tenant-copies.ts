import type { TenantId } from "../domain/ids.ts";
import { DEPLOYMENT_ID } from "./deployment-record.ts";
import { type ConfigReaders, readRecord, recordRow, type RecordRow } from "./stored-records.ts";
import type { TenantCopies } from "./tenant-copies.ts";
import type { DeploymentRecord, TenantRecord } from "./tenant-registry.ts";

type CopyRow = RecordRow & Pick<TenantRecord, "withdrawn">;

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
    if (row === undefined) return undefined;
    const record = readRecord<TenantId, TenantRecord["config"]>(row, this.#read.tenant);
    return row.withdrawn === undefined ? record : { ...record, withdrawn: row.withdrawn };
  }

  async findDeployment(): Promise<DeploymentRecord | undefined> {
    const row = await this.#load(DEPLOYMENT_ID);
    return row === undefined ? undefined : readRecord(row, this.#read.deployment);
  }

  async keep(record: TenantRecord | DeploymentRecord): Promise<void> {
    const { withdrawn } = record as TenantRecord;
    const row: CopyRow =
      withdrawn === undefined ? recordRow(record) : { ...recordRow(record), withdrawn };
    await this.#namespace.put(keyOf(record.id), JSON.stringify(row));
  }

  async #load(id: string): Promise<CopyRow | undefined> {
    return (await this.#namespace.get<CopyRow>(keyOf(id), "json")) ?? undefined;
  }
}
