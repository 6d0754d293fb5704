/** What is stored of a user beside the profile: who comes when, who warms up, and which refreshes were granted. */
import { parseJson } from "../domain/json.ts";
import * as z from "zod";
import { TENANT_ID_PATTERN, type TenantId, USER_ID_PATTERN, type UserId } from "../domain/ids.ts";
import type { UserKey } from "../users/user-store.ts";
import { ASKS_LIMIT } from "./profile-store.ts";
import { NO_VISITS, type Visits } from "./visits.ts";
import type { LeaseRecord } from "./warm-up-lease.ts";

export interface DeskRecord {
  /** Whose it is: an alarm does not say. Undefined while nobody called. */
  readonly key: UserKey | undefined;
  readonly lease: LeaseRecord | undefined;
  readonly visits: Visits;
  /** What the user asked last; absent when nobody said. */
  readonly asks?: string;
  /** When refreshes were granted. */
  readonly refreshedAtMs: readonly number[];
  /** When the profile was opened or changed, to within `USED_EVERY_MS`. */
  readonly usedAtMs: number;
  /** After so many days without a use everything goes; absent: what we were told stays. */
  readonly idleDays?: number;
}

export const EMPTY_DESK: DeskRecord = {
  key: undefined,
  lease: undefined,
  visits: NO_VISITS,
  refreshedAtMs: [],
  usedAtMs: 0,
};

const timeMs = z.number().min(0);

const deskSchema = z.object({
  key: z
    .object({
      tenant: z.string().regex(TENANT_ID_PATTERN) as unknown as z.ZodType<TenantId>,
      user: z.string().regex(USER_ID_PATTERN) as unknown as z.ZodType<UserId>,
    })
    .optional()
    .catch(undefined),
  lease: z
    .object({ fencing: timeMs, owner: z.string(), untilMs: timeMs })
    .optional()
    .catch(undefined),
  visits: z
    .object({
      atMs: z.array(timeMs),
      lifeMs: timeMs,
      answerEndsMs: timeMs,
      answerVersion: timeMs,
      warmedAtMs: timeMs,
    })
    .catch(() => ({ ...NO_VISITS, atMs: [] })),
  asks: z.string().max(ASKS_LIMIT).optional().catch(undefined),
  refreshedAtMs: z.array(timeMs).catch([]),
  usedAtMs: timeMs.catch(0),
  idleDays: z.number().min(1).optional().catch(undefined),
});

export const encodeDesk = (record: DeskRecord): string => JSON.stringify(record);

/** Forgives as `readProfile` does. */
export function decodeDesk(stored: string): DeskRecord {
  const parsed = deskSchema.safeParse(parseJson(stored));
  if (!parsed.success) return EMPTY_DESK;
  const { key, lease, asks, idleDays, ...rest } = parsed.data;
  return {
    ...rest,
    key,
    lease,
    ...(asks === undefined ? {} : { asks }),
    ...(idleDays === undefined ? {} : { idleDays }),
  };
}
