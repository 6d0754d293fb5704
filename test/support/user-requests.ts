/** Builders of user-store requests: a test names only what matters to it. Runs in Node and in workerd. */
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import { type ItemCodes, itemCodes, NO_CODES } from "../../src/domain/item-code.ts";
import { DEFAULT_USER_POLICY, type UserPolicy } from "../../src/users/user-policy.ts";
import type {
  Cursors,
  LeaseRequest,
  LeaseResult,
  MarkRequest,
  PageCodes,
  PeekRequest,
  RefillRequest,
  TakeRequest,
  UserKey,
  UserStore,
  Want,
} from "../../src/users/user-store.ts";

/** The moment at which most tests begin. */
export const NOW = 1_800_000_000;
export const DAY = 86_400;

/** A tenant of its own for each test. */
export const aTenant = (): TenantId => `t-${crypto.randomUUID().slice(0, 13)}` as TenantId;

export const aUser = (): UserKey => ({ tenant: aTenant(), user: "user@example" as UserId });

/** `count` codes that differ by `name` and position. */
export const codes = (name: string, count: number, from = 0): ItemCodes =>
  itemCodes(Array.from({ length: count }, (_, index) => `${name}-${from + index}` as ItemId));

export const aPolicy = (changes: Partial<UserPolicy> = {}): UserPolicy => ({
  ...DEFAULT_USER_POLICY,
  ...changes,
});

export const wanting = (popularity: number, freshness: number, carryOver = true): Want => ({
  popularity,
  freshness,
  carryOver,
});

export const aPage = (page: Partial<PageCodes> = {}): PageCodes => ({
  popularity: NO_CODES,
  freshness: NO_CODES,
  fallback: NO_CODES,
  ...page,
});

export const cursorsAt = (popularity: number, freshness: number): Cursors => ({
  popularity: { version: 7, position: popularity, total: 1000, untilSeconds: NOW + DAY },
  freshness: { version: 7, position: freshness, total: 500, untilSeconds: 0 },
});

export const aTake = (changes: Partial<TakeRequest> = {}): TakeRequest => ({
  nowSeconds: NOW,
  token: crypto.randomUUID().slice(0, 18),
  lookback: 0,
  want: wanting(3, 2),
  policy: aPolicy(),
  ...changes,
});

export const aRefill = (
  changes: Partial<Omit<RefillRequest, "candidates">> & {
    readonly candidates?: Partial<PageCodes>;
  } = {},
): RefillRequest => {
  const policy = changes.policy ?? aPolicy();
  return {
    nowSeconds: NOW,
    cursors: cursorsAt(0, 0),
    capacity: { popularity: policy.capacity, freshness: policy.capacity },
    ...changes,
    policy,
    candidates: aPage(changes.candidates),
  };
};

/** A batch of one. */
export async function leaseOne(
  store: UserStore,
  key: UserKey,
  request: LeaseRequest,
): Promise<LeaseResult> {
  const [result] = await store.lease([{ key, request }]);
  if (result === undefined) throw new Error("the store lost a lease");
  return result;
}

export const aLease = (changes: Partial<LeaseRequest> = {}): LeaseRequest => ({
  nowSeconds: NOW,
  policy: aPolicy(),
  ...changes,
});

export const aPeek = (changes: Partial<PeekRequest> = {}): PeekRequest => ({
  nowSeconds: NOW,
  limits: { popularity: 120, freshness: 80 },
  candidates: NO_CODES,
  policy: aPolicy(),
  ...changes,
});

export const aMark = (changes: Partial<MarkRequest> = {}): MarkRequest => ({
  nowSeconds: NOW,
  codes: NO_CODES,
  as: "watched",
  policy: aPolicy(),
  ...changes,
});
