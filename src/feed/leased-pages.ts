/**
 * Next pages, set aside in L2 behind the previous answer and kept in this isolate's memory, where a scrolling
 * user finds them without a round trip.
 *
 * A page is claimed once: `claim` removes it, and no other isolate holds it. It is claimable for 25 s, while L2
 * keeps the items aside for 90 s; the rest is time for the commit to arrive, retries included. What is not
 * claimed goes back to the user's queues in L2 when the 90 s are over. What happened to the user in another isolate since
 * is found out by who serves it (`confirm-set-aside.ts`).
 */
import type { PageCodes, UserKey, Want } from "../users/user-store.ts";

export const LEASE_SECONDS = 90;
const CLAIMABLE_MS = 25_000;
/** A user who asked for a page within this time is scrolling, and gets the next one set aside. */
const SCROLLING_MS = 60_000;
/** Users remembered: about 300 bytes each without a page, 2 KB with one of 100 items. */
const USERS_LIMIT = 20_000;

export interface LeasedPage {
  readonly token: string;
  readonly want: Want;
  readonly page: PageCodes;
  /** The newest version of the pools that the page may name. */
  readonly poolsVersion: number;
  /** When it was asked for. */
  readonly setAsideMs: number;
  /** What `marksOf` said when L2 was asked for it. */
  readonly marks: number;
  /**
   * Of the user's profile when it was; `unknown` when the store did not answer. Absent: nobody's events come, and the page
   * need not be confirmed.
   */
  readonly profileVersion?: number | "unknown" | undefined;
}

interface Entry {
  readonly seenMs: number;
  readonly marks: number;
  readonly leased?: LeasedPage | undefined;
}

export class LeasedPages {
  readonly #entries = new Map<string, Entry>();

  /**
   * The page set aside for this request, or undefined. A request that names a page gets that page only; one that
   * does not gets what was set aside, if it is the page it asks for.
   */
  claim(
    key: UserKey,
    want: Want,
    token: string | undefined,
    nowMs: number,
  ): LeasedPage | undefined {
    const leased = this.#entries.get(nameOf(key))?.leased;
    if (leased === undefined) return undefined;
    if (token === undefined ? !sameWant(leased.want, want) : leased.token !== token)
      return undefined;
    return this.claimAny(key, nowMs);
  }

  /** Whatever page is set aside for the user. */
  claimAny(key: UserKey, nowMs: number): LeasedPage | undefined {
    const name = nameOf(key);
    const entry = this.#entries.get(name);
    if (entry?.leased === undefined) return undefined;
    this.#entries.set(name, { ...entry, leased: undefined });
    return nowMs < entry.leased.setAsideMs + CLAIMABLE_MS ? entry.leased : undefined;
  }

  /** Notes a request; true when the user is scrolling: asked lately too. */
  note(key: UserKey, nowMs: number): boolean {
    const name = nameOf(key);
    const entry = this.#entries.get(name);
    this.#entries.delete(name);
    this.#entries.set(name, { marks: 0, ...entry, seenMs: nowMs });
    if (this.#entries.size > USERS_LIMIT) this.#evict();
    return entry !== undefined && nowMs - entry.seenMs < SCROLLING_MS;
  }

  /** Unless the user's items were marked while it was on its way: its items go back to the queues. */
  keep(key: UserKey, leased: LeasedPage): void {
    const { marks } = leased;
    if (marks !== this.marksOf(key)) return;
    this.#entries.set(nameOf(key), { seenMs: leased.setAsideMs, marks, leased });
  }

  /** The user's items were marked in L2: a page set aside before, or on its way, may hold one of them. */
  drop(key: UserKey): void {
    const name = nameOf(key);
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.set(name, { seenMs: entry.seenMs, marks: entry.marks + 1 });
  }

  /** How often the user was marked, as far as this isolate knows. */
  marksOf(key: UserKey): number {
    return this.#entries.get(nameOf(key))?.marks ?? 0;
  }

  #evict(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

const nameOf = ({ tenant, user }: UserKey): string => `${tenant}/${user}`;

const sameWant = (a: Want, b: Want): boolean =>
  a.popularity === b.popularity && a.freshness === b.freshness && a.carryOver === b.carryOver;
