/**
 * The groups that users are counted in: gender, age and country, as far as they said. Remembered, because most events are
 * impressions, which ask no profile for anything else.
 */
import type { TenantId, UserId } from "../domain/ids.ts";
import type { UserGroup } from "../events/logged-event.ts";
import { inParallel } from "../platform/in-parallel.ts";
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import { type Demographics, NO_DEMOGRAPHICS } from "../profiles/demographics.ts";

interface Remembered {
  readonly group: UserGroup;
  readonly untilMs: number;
}

/** Some 200 bytes each. */
const USERS_LIMIT = 20_000;
/** Counts of a user who changes group follow after this time. */
const KEEP_MS = 600_000;
const USERS_AT_ONCE = 16;
/** A country is two letters; a tenant's own name of a place is none. */
const COUNTRY = /^[A-Z]{2}$/;

export class UserGroups {
  readonly #profiles: Pick<BelievedProfiles, "tell">;
  /** Learned the longest ago first. */
  readonly #known = new Map<string, Remembered>();

  constructor(profiles: Pick<BelievedProfiles, "tell">) {
    this.#profiles = profiles;
  }

  learn(tenant: TenantId, users: ReadonlyMap<UserId, Demographics>, nowMs: number): void {
    for (const [user, demographics] of users) {
      const name = nameOf(tenant, user);
      this.#known.delete(name);
      this.#known.set(name, { group: groupOf(demographics), untilMs: nowMs + KEEP_MS });
      if (this.#known.size <= USERS_LIMIT) continue;
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
  }

  /** Asks for those that are not remembered; throws when the store of profiles does not answer. */
  async of(
    tenant: TenantId,
    users: readonly UserId[],
    nowMs: number,
  ): Promise<ReadonlyMap<UserId, UserGroup>> {
    const groups = new Map<UserId, UserGroup>();
    const strangers: UserId[] = [];
    for (const user of users) {
      const known = this.#known.get(nameOf(tenant, user));
      if (known !== undefined && nowMs < known.untilMs) groups.set(user, known.group);
      else strangers.push(user);
    }
    await inParallel(strangers, USERS_AT_ONCE, async (user) => {
      // No events: nothing changes, and the answer says who it is.
      const told = await this.#profiles.tell({ tenant, user }, { kind: "events", events: [] });
      const demographics = told.demographics ?? NO_DEMOGRAPHICS;
      this.learn(tenant, new Map([[user, demographics]]), nowMs);
      groups.set(user, groupOf(demographics));
    });
    return groups;
  }
}

function groupOf({ gender, ageGroup, country }: Demographics): UserGroup {
  return {
    ...(gender === undefined ? {} : { gender }),
    ...(ageGroup === undefined ? {} : { age: ageGroup }),
    ...(country === undefined || !COUNTRY.test(country) ? {} : { country }),
  };
}

const nameOf = (tenant: TenantId, user: UserId): string => `${tenant}/${user}`;
