/** Who used an allowance, as parts of one bar. Pure: the answer comes in, words and numbers go out. */
import type { QuotaAllowance } from "./quota-answer.ts";

/** More names than this are read by nobody; who comes after them is one part. */
const NAMED_USERS = 4;
const NAMED_TENANTS = 3;

export interface Share {
  readonly kind: "user" | "jobs" | "further" | "others";
  readonly name: string;
  /** Of today, leased ones included. */
  readonly tokens: number;
  /** Whom the name stands for, where we may say so. */
  readonly detail?: string;
}

/** Parts that add up to what is used and leased: own users, most first, then their jobs, then everybody else. */
export function sharesOf(allowance: QuotaAllowance, tenant: string): readonly Share[] {
  const { used, leased, users, others } = allowance;
  const people = users.flatMap(({ user_id: name, tokens }) =>
    name === null ? [] : [{ kind: "user" as const, name, tokens }],
  );
  const named = people.slice(0, NAMED_USERS);
  const jobs = users.find(({ user_id: name }) => name === null)?.tokens ?? 0;
  const namedTokens = named.reduce((sum, { tokens }) => sum + tokens, 0);
  // The answer names 20 users at most: who is further down is in the sum only.
  const further = Math.max(0, used + leased - others - jobs - namedTokens);
  const detail = tenantsOf(allowance, tenant);
  const shares: readonly Share[] = [
    ...named,
    { kind: "further", name: "further users", tokens: further },
    { kind: "jobs", name: "jobs", tokens: jobs },
    {
      kind: "others",
      name: "other tenants",
      tokens: others,
      ...(detail === "" ? {} : { detail }),
    },
  ];
  return shares.filter(({ tokens }) => tokens > 0);
}

function tenantsOf({ tenants = [] }: QuotaAllowance, own: string): string {
  const others = tenants.filter(({ tenant, tokens }) => tenant !== own && tokens > 0);
  const names = others.slice(0, NAMED_TENANTS).map(({ tenant }) => tenant);
  return others.length > NAMED_TENANTS
    ? `${names.join(", ")} and ${others.length - NAMED_TENANTS} more`
    : names.join(", ");
}

export interface LevelText {
  readonly figure: string;
  readonly detail: string;
  /** For those who hear the picture. */
  readonly spoken: string;
}

/** `amount` writes a whole number. */
export function levelText(
  { limit, used, leased, left, closed }: QuotaAllowance,
  amount: (value: number) => string,
): LevelText {
  const parts = [`${amount(used)} used`, ...(leased > 0 ? [`${amount(leased)} leased`] : [])];
  const detail = [...parts, `limit ${amount(limit)}`].join(" · ");
  const rest = `${amount(left)} of ${amount(limit)} left`;
  // Google's word counts: whatever our own sum says, nobody is granted anything before the reset.
  if (closed) {
    return {
      figure: "Closed",
      detail: `${detail}. Google says that nothing is left.`,
      spoken: `closed by Google until the reset, ${parts.join(", ")}`,
    };
  }
  return { figure: `${amount(left)} left`, detail, spoken: [...parts, rest].join(", ") };
}
