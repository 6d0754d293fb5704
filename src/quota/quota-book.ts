/**
 * The state of a ledger, and which of it has changed since it was last written. Keys are `time`, `day/<allowance>`,
 * `open/<lease>`, `hold/<over at>/<tenant>/<user>` and `tokens/<allowance>/<tenant>/<user>`; values are JSON. No id
 * contains a slash, and jobs are the user of no name.
 */
import type { TenantId, UserId } from "../domain/ids.ts";
import { type DayAllowance, NO_DAY } from "./day-allowance.ts";
import { type GoogleTime, UNKNOWN_TIME } from "./google-time.ts";
import type { LedgerRecords } from "./ledger-records.ts";
import type { Allowance } from "./permits.ts";
import type { Consumer, LeaseReport } from "./quota-authority.ts";
import type { Hold } from "./rate-slots.ts";

/** Calls that may still be under way, or still be sent. */
export interface OpenCalls extends Consumer {
  readonly allowance: Allowance;
  readonly cost: number;
  /** Those that nothing was heard of yet. */
  readonly calls: number;
  /** Elapsed time, and how much of it must pass until they count as over. */
  readonly sinceMs: number;
  readonly waitMs: number;
  /** Calls of the lease when it was granted. */
  readonly granted: number;
  readonly reported: Omit<LeaseReport, "lease">;
}

const ALLOWANCES = ["search", "units"] as const;

/** Tokens of today by user, and their sum. */
export interface TenantTokens {
  sum: number;
  readonly users: Map<string, number>;
}

export class QuotaBook {
  readonly #records: LedgerRecords;
  readonly #changes = new Map<string, string | undefined>();
  readonly #open = new Map<string, OpenCalls>();
  readonly #holds = new Map<string, Hold>();
  readonly #tokens = {
    search: new Map<TenantId, TenantTokens>(),
    units: new Map<TenantId, TenantTokens>(),
  };
  readonly #days: Record<Allowance, DayAllowance> = { search: NO_DAY, units: NO_DAY };
  #time: GoogleTime = UNKNOWN_TIME;

  constructor(records: LedgerRecords) {
    this.#records = records;
    for (const [key, text] of records.load()) this.#remember(key, JSON.parse(text));
  }

  get time(): GoogleTime {
    return this.#time;
  }

  /** Written along with whatever is written next: a tick is not worth a write. */
  setTime(time: GoogleTime): void {
    this.#time = time;
  }

  day(allowance: Allowance): DayAllowance {
    return this.#days[allowance];
  }

  setDay(allowance: Allowance, day: DayAllowance): void {
    this.#days[allowance] = day;
    this.#change(`day/${allowance}`, day);
  }

  get open(): ReadonlyMap<string, OpenCalls> {
    return this.#open;
  }

  setOpen(id: string, calls: OpenCalls | undefined): void {
    if (calls === undefined) this.#open.delete(id);
    else this.#open.set(id, calls);
    this.#change(`open/${id}`, calls);
  }

  get holds(): ReadonlyMap<string, Hold> {
    return this.#holds;
  }

  addHold({ tenant, user, calls, overAtMs }: Hold): void {
    const key = `${overAtMs}/${tenant}/${user ?? ""}`;
    const hold = { tenant, user, overAtMs, calls: calls + (this.#holds.get(key)?.calls ?? 0) };
    this.#holds.set(key, hold);
    this.#change(`hold/${key}`, hold);
  }

  dropHold(key: string): void {
    this.#holds.delete(key);
    this.#change(`hold/${key}`, undefined);
  }

  tokensOf(allowance: Allowance): ReadonlyMap<TenantId, TenantTokens> {
    return this.#tokens[allowance];
  }

  addTokens(allowance: Allowance, { tenant, user }: Consumer, tokens: number): void {
    const name = user ?? "";
    const sum = (this.#tokens[allowance].get(tenant)?.users.get(name) ?? 0) + tokens;
    this.#setTokens(allowance, tenant, name, sum);
    this.#change(`tokens/${allowance}/${tenant}/${name}`, sum === 0 ? undefined : sum);
  }

  clearTokens(allowance: Allowance): void {
    for (const [tenant, { users }] of this.#tokens[allowance]) {
      for (const user of users.keys()) {
        this.#change(`tokens/${allowance}/${tenant}/${user}`, undefined);
      }
    }
    this.#tokens[allowance].clear();
  }

  /** Before an answer that rests on it leaves the object. */
  save(): void {
    if (this.#changes.size === 0) return;
    this.#change("time", this.#time);
    this.#records.write(this.#changes);
    this.#changes.clear();
  }

  #change(key: string, value: unknown): void {
    this.#changes.set(key, value === undefined ? undefined : JSON.stringify(value));
  }

  #setTokens(allowance: Allowance, tenant: TenantId, user: string, tokens: number): void {
    const known = this.#tokens[allowance].get(tenant) ?? {
      sum: 0,
      users: new Map<string, number>(),
    };
    known.sum += tokens - (known.users.get(user) ?? 0);
    if (tokens === 0) known.users.delete(user);
    else known.users.set(user, tokens);
    if (known.users.size === 0) this.#tokens[allowance].delete(tenant);
    else this.#tokens[allowance].set(tenant, known);
  }

  /** The only reader of what `#change` wrote. JSON leaves undefined fields out, which is what they are read as. */
  #remember(key: string, value: unknown): void {
    const [kind, ...rest] = key.split("/");
    const name = rest.join("/");
    if (kind === "time") this.#time = value as GoogleTime;
    if (kind === "open") this.#open.set(name, value as OpenCalls);
    if (kind === "hold") this.#holds.set(name, value as Hold);
    const allowance = ALLOWANCES.find((each) => each === rest[0]);
    if (allowance === undefined) return;
    if (kind === "day") this.#days[allowance] = value as DayAllowance;
    if (kind !== "tokens") return;
    const [, tenant, user = ""] = rest;
    this.#setTokens(allowance, tenant as TenantId, user, value as number);
  }
}

export const userOf = (name: string): UserId | undefined =>
  name === "" ? undefined : (name as UserId);
