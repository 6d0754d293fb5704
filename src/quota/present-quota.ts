/** A ledger's state as operators see it. */
import type { TenantId } from "../domain/ids.ts";
import { isClosed } from "./day-allowance.ts";
import { atLeast } from "./google-time.ts";
import { pacificDayOf } from "./pacific-day.ts";
import type { Allowance } from "./permits.ts";
import type { QuotaLimits } from "./quota-limits.ts";
import { type QuotaBook, type TenantTokens, userOf } from "./quota-book.ts";
import { limitOf } from "./quota-ledger.ts";
import {
  type AllowanceView,
  type QuotaView,
  type TenantShare,
  USERS_SHOWN,
  type UserShare,
  type ViewRequest,
} from "./quota-view.ts";
import { slotsTaken } from "./rate-slots.ts";

export function viewOf(book: QuotaBook, { limits, tenant }: ViewRequest): QuotaView {
  const taken = slotsTaken(book.open.values(), book.holds.values(), book.time);
  return {
    search: allowanceOf(book, "search", limits, tenant),
    units: allowanceOf(book, "units", limits, tenant),
    second: { limit: limits.callsPerSecond, taken: taken.second },
    minute: { limit: limits.callsPerMinute, taken: taken.minute },
    resetsAtMs: pacificDayOf(atLeast(book.time)).endMs,
  };
}

function allowanceOf(
  book: QuotaBook,
  allowance: Allowance,
  limits: QuotaLimits,
  tenant: TenantId,
): AllowanceView {
  const limit = limitOf(limits, allowance);
  const day = book.day(allowance);
  const leased = [...book.open.values()]
    .filter((open) => open.allowance === allowance)
    .reduce((sum, { calls, cost }) => sum + calls * cost, 0);
  const tokens = book.tokensOf(allowance);
  return {
    limit,
    used: day.spent - leased,
    leased,
    left: Math.max(0, limit - day.spent),
    closed: isClosed(day),
    tenants: tenantsOf(tokens),
    users: usersOf(tokens.get(tenant)),
  };
}

const tenantsOf = (tokens: ReadonlyMap<TenantId, TenantTokens>): readonly TenantShare[] =>
  [...tokens]
    .map(([tenant, { sum, users }]) => ({
      tenant,
      tokens: sum,
      users: users.size - (users.has("") ? 1 : 0),
    }))
    .sort((a, b) => b.tokens - a.tokens);

const usersOf = (known: TenantTokens | undefined): readonly UserShare[] =>
  [...(known?.users ?? [])]
    .map(([name, tokens]) => ({ user: userOf(name), tokens }))
    .sort((a, b) => b.tokens - a.tokens)
    .slice(0, USERS_SHOWN);
