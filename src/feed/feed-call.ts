/** What every surface of the feed is given: the stores behind it, and what is known of a request. */
import type { RecentEvents } from "../events/recent-events.ts";
import type { Background } from "../platform/background.ts";
import type { PoolReplicas } from "../pools/pool-replicas.ts";
import type { PoolStore } from "../pools/pool-store.ts";
import type { StaticLists } from "../pools/static-lists.ts";
import type { DeploymentConfig } from "../tenants/deployment-record.ts";
import type { TenantConfig } from "../tenants/tenant-config.ts";
import type { ActivityBuffer } from "../users/active-users.ts";
import type { PeekCounts } from "../users/peek-counts.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type { UserKey, UserStore } from "../users/user-store.ts";
import type { AnswerProfiles } from "./answer-profiles.ts";
import type { JustServed } from "./just-served.ts";
import type { LeaseDesk } from "./lease-desk.ts";
import type { LeasedPages } from "./leased-pages.ts";
import type { OutageMemory } from "./outage-memory.ts";
import type { Personalised } from "./rollout.ts";

export interface FeedPorts {
  readonly users: UserStore;
  readonly pools: PoolStore;
  readonly replicas: PoolReplicas;
  readonly staticLists: StaticLists;
  readonly leasedPages: LeasedPages;
  readonly leaseDesk: LeaseDesk;
  readonly outages: OutageMemory;
  readonly justServed: JustServed;
  /** Refreshes that user state does not count, because it is not asked. */
  readonly refreshes: PeekCounts;
  readonly activity: ActivityBuffer;
  readonly profiles: Pick<AnswerProfiles, "open" | "profile">;
  readonly recentEvents: Pick<RecentEvents, "receives">;
}

/** What every surface knows of a request. */
export interface FeedCall {
  readonly ports: FeedPorts;
  readonly key: UserKey;
  readonly config: TenantConfig;
  readonly deployment: DeploymentConfig;
  /** Whether this user gets a feed of their own, and if not, why. */
  readonly personalisation: Personalised;
  /** Where the request came from, ISO 3166 alpha-2; undefined when nobody knows. Asked only where items have borders. */
  readonly country: () => string | undefined;
  readonly policy: UserPolicy;
  readonly nowMs: number;
  readonly background: Background;
}

/** Who was here lately is refilled by a job before coming back. */
export function noteActivity({ ports, key, nowMs, background }: FeedCall): void {
  if (!ports.activity.note(key.tenant, key.user, nowMs)) return;
  background.run("activity-flush", () => ports.activity.flush(nowMs));
}
