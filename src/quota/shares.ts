/**
 * Sharing without reservations: who wants something may hold at most a multiple of what is still free ("Dynamic queue
 * length thresholds for shared-memory packet switches", Choudhury and Hahne, 1998). Whoever comes alone gets
 * factor / (1 + factor) of it all, and whoever comes next still finds something.
 */

/** Of tenants that share a key: one alone gets four fifths. */
export const TENANTS_FACTOR = 4;
/** Of users in a rate window: one alone gets half. A storm is one user's more often than one tenant's. */
export const USERS_FACTOR = 1;

/** How much more may be had at once by one who holds `held`, while `free` is free. */
export const mostWithin = (free: number, held: number, factor: number): number =>
  Math.min(free, factor * free - held);
