/**
 * Records as an isolate remembers them, so that a warm request asks D1 for nothing, and learns of every change
 * within 5 s all the same (docs/decisions/0009-tenant-propagation.md). One question covers all tenants: what is
 * newer than the newest that I know? When D1 does not answer, the last known records stay, and `stale` says so.
 */
import { FailureError } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Log } from "../observability/log.ts";
import type { Background } from "../platform/background.ts";
import { withDeadline } from "../platform/deadline.ts";
import { DEPLOYMENT_ID, type Deployment, UNKNOWN_DEPLOYMENT } from "./deployment-record.ts";
import type { TenantCopies } from "./tenant-copies.ts";
import type {
  DeploymentRecord,
  RegistryChanges,
  Tenant,
  TenantRecord,
  TenantRegistry,
} from "./tenant-registry.ts";
import { withWithdrawn } from "./withdrawn-items.ts";

export interface TenantDirectoryOptions {
  readonly registry: TenantRegistry;
  readonly copies: TenantCopies;
  /** How long a request waits for the registry, and then for a copy. */
  readonly deadlineMs: number;
  readonly log: Log;
}

/** Up to this age nobody asks: in a busy isolate D1 is asked every 2 s, and a request never waits for it. */
const FRESH_MS = 2_000;
/**
 * From this age on, in an isolate that idled, the request asks first. A change is promised within 5 s: no
 * answer is made from records that were older than this when it began.
 */
const WAIT_MS = 4_000;
/** Between two questions while the first is under way or has failed. */
const RETRY_MS = 1_000;
/** Unknown tenants are remembered briefly: long enough to blunt a scan, short enough for a new customer. */
const UNKNOWN_MS = 2_000;
/** A parsed record takes 5 to 10 KB, so that 2,000 are a sixth of an isolate's 128 MB at most. */
const REMEMBERED_LIMIT = 2_000;

export class TenantDirectory {
  readonly #options: TenantDirectoryOptions;
  readonly #tenants = new Map<TenantId, TenantRecord>();
  /** Copies that stand in while the registry is away; its first answer ends their time. */
  readonly #borrowed = new Map<TenantId, Tenant>();
  /** Until when each is taken to be unknown. */
  readonly #unknown = new Map<TenantId, number>();
  #deployment: Deployment = UNKNOWN_DEPLOYMENT;
  #deploymentRevision = -1;
  /** Every change up to here is in what is remembered. */
  #revision: number | undefined;
  /** When the last question that was answered was asked: what is remembered is no older than that. */
  #freshMs = Number.NEGATIVE_INFINITY;
  #askedMs = Number.NEGATIVE_INFINITY;
  #stale = false;

  constructor(options: TenantDirectoryOptions) {
    this.#options = options;
  }

  get deployment(): Deployment {
    return this.#deployment;
  }

  /** Whether the registry left the last question without an answer. */
  get stale(): boolean {
    return this.#stale;
  }

  /** How long what is remembered may still be served without asking: what keeps an answer may keep it as long. */
  believedForMs(nowMs: number): number {
    return Math.max(0, this.#freshMs + WAIT_MS - nowMs);
  }

  /** What is held of a tenant, however old: for what must not ask. */
  remembered(id: TenantId): Tenant | undefined {
    return this.#tenants.get(id) ?? this.#borrowed.get(id);
  }

  /**
   * The tenant, if that can be said at once: without a promise, for the warm path. Undefined says only that
   * `find` must be asked.
   */
  known(id: TenantId, nowMs: number, background: Background): Tenant | undefined {
    const tenant = this.#tenants.get(id) ?? this.#borrowed.get(id);
    const ageMs = nowMs - this.#freshMs;
    if (tenant === undefined || ageMs < FRESH_MS) return tenant;
    const sinceAskedMs = nowMs - this.#askedMs;
    // While D1 is away requests do not queue for it: one a second asks behind its answer.
    const away = this.#stale && sinceAskedMs < WAIT_MS;
    if (ageMs >= WAIT_MS && !away) return undefined;
    if (sinceAskedMs >= RETRY_MS) {
      this.#askedMs = nowMs;
      background.run("tenant-changes", () => this.#ask(nowMs));
    }
    return tenant;
  }

  async find(id: TenantId, nowMs: number, background: Background): Promise<Tenant | undefined> {
    const known = this.known(id, nowMs, background);
    if (known !== undefined) return known;
    if (nowMs < (this.#unknown.get(id) ?? 0)) return undefined;
    this.#askedMs = nowMs;
    try {
      await this.#ask(nowMs, id);
    } catch (error) {
      this.#options.log.warn("tenant registry did not answer", { tenant: id, error });
      return this.#tenants.get(id) ?? this.#borrowed.get(id) ?? (await this.#findCopy(id, error));
    }
    return this.#tenants.get(id);
  }

  /** Takes in a record that this isolate has just written: its next request sees it. */
  learn(record: TenantRecord | DeploymentRecord): void {
    if (record.id === DEPLOYMENT_ID) this.#learnDeployment(record as DeploymentRecord);
    else {
      // An edit does not say what is withdrawn: that stays as it was.
      const tenant = record as TenantRecord;
      const withdrawn = this.#tenants.get(tenant.id)?.withdrawn;
      this.#learnTenant(withdrawn === undefined ? tenant : { ...tenant, withdrawn });
    }
  }

  async #ask(nowMs: number, wanted?: TenantId): Promise<void> {
    const { registry, deadlineMs } = this.#options;
    try {
      let changes: RegistryChanges;
      do {
        const work = registry.loadChanges(this.#revision, wanted);
        changes = await withDeadline(work, deadlineMs);
        this.#learnAll(changes, wanted);
      } while (changes.more);
    } catch (error) {
      // A later question may have been answered before this one failed.
      if (nowMs > this.#freshMs) this.#stale = true;
      throw error;
    }
    this.#freshMs = Math.max(this.#freshMs, nowMs);
    this.#stale = false;
    this.#borrowed.clear();
    if (wanted === undefined || this.#tenants.has(wanted)) return;
    if (this.#unknown.size >= REMEMBERED_LIMIT) this.#unknown.clear();
    this.#unknown.set(wanted, nowMs + UNKNOWN_MS);
  }

  #learnAll(changes: RegistryChanges, wanted: TenantId | undefined): void {
    for (const tenant of changes.tenants) {
      // Others are not served here; whoever asks for them gets them as they are then.
      if (tenant.id === wanted || this.#tenants.has(tenant.id)) this.#learnTenant(tenant);
      else this.#unknown.delete(tenant.id);
    }
    if (changes.deployment !== undefined) this.#learnDeployment(changes.deployment);
    // Two questions may be answered in the other order.
    this.#revision = Math.max(this.#revision ?? 0, changes.revision);
  }

  #learnTenant(record: TenantRecord): void {
    const remembered = this.#tenants.get(record.id);
    if (remembered !== undefined && remembered.revision >= record.revision) return;
    if (remembered === undefined && this.#tenants.size >= REMEMBERED_LIMIT) {
      const [oldest] = this.#tenants.keys();
      if (oldest !== undefined) this.#tenants.delete(oldest);
    }
    this.#tenants.set(record.id, served(record));
    this.#unknown.delete(record.id);
  }

  #learnDeployment({ version, revision, config }: DeploymentRecord): void {
    if (revision <= this.#deploymentRevision) return;
    this.#deploymentRevision = revision;
    this.#deployment = { ...config, version };
  }

  /** A cold isolate without a registry: what was written behind the last change is better than nothing. */
  async #findCopy(id: TenantId, cause: unknown): Promise<Tenant | undefined> {
    const { copies, deadlineMs } = this.#options;
    const unavailable = (error: unknown): FailureError =>
      new FailureError("REGISTRY_UNAVAILABLE", "The registry did not answer.", { cause: error });
    const found = Promise.all([copies.find(id), copies.findDeployment()]);
    const [copy, deployment] = await withDeadline(found, deadlineMs).catch((error: unknown) => {
      throw unavailable(error);
    });
    if (copy === undefined) throw unavailable(cause);
    if (this.#borrowed.size >= REMEMBERED_LIMIT) this.#borrowed.clear();
    const tenant = served(copy);
    this.#borrowed.set(id, tenant);
    if (deployment !== undefined) this.#learnDeployment(deployment);
    return tenant;
  }
}

/** As policy is to see it: without what is withdrawn. */
function served<Record extends Tenant>(record: Record): Record {
  const config = withWithdrawn(record.config, record.withdrawn);
  return config === record.config ? record : { ...record, config };
}
