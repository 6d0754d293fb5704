/** The port for what events do to their users: what they are shown next, and what is known of them. */
import type { UserId } from "../domain/ids.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";
import type { UserGroup } from "./logged-event.ts";
import type { UserEvent } from "./user-event.ts";

export interface UserEffects {
  /**
   * Applies events to their users, who see it in their next answers. Safe to repeat: an event that was applied does
   * nothing the second time. Throws when any of it could not be done.
   */
  apply(tenant: Tenant, events: readonly UserEvent[], nowMs: number): Promise<void>;
  /** The groups that these users are counted in, as far as they are known; asked after `apply`. */
  groupsOf(
    tenant: Tenant,
    users: readonly UserId[],
    nowMs: number,
  ): Promise<ReadonlyMap<UserId, UserGroup>>;
}
