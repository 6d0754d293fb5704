/**
 * The slate: the best candidates in the order in which pages will show them, filled page by page so that every page
 * keeps the tenant's rules. Pure, and the same for the same candidates in any order.
 *
 * What yields to what, strongest first:
 *   1. Pins. They stand at their slots and count towards caps, but no cap refuses them.
 *   2. Caps. A page that only capped items could fill stays shorter, and the slate ends with it, so that pages which
 *      are cut from the slate by `limit` keep the caps. What was capped waits in the reserve for the next slate.
 *   3. Burying. A page takes buried items only when nothing else may stand on it.
 *   4. Quotas and exploration. A source that is short is made up for; a maximum gives way before a page gets shorter.
 *   5. Score and difference.
 */
import type { ItemFacts } from "../../pools/item-facts.ts";
import type { TenantConfig } from "../../tenants/tenant-config.ts";
import { byRank, type ScoredCandidate } from "../candidate.ts";
import type { ActiveRules } from "../rules/active-rules.ts";
import type { Pin } from "../rules/compile-rules.ts";
import { type Contender, Contenders } from "./contenders.ts";
import { PageCaps } from "./page-caps.ts";
import { EVERY_SOURCE, PageQuotas, sourceBit } from "./page-quotas.ts";
import { pinSlots } from "./pin-slots.ts";
import { similarityBy } from "./similarity.ts";

export interface SlateRequest {
  readonly facts: ItemFacts;
  /** Items of a page. */
  readonly limit: number;
  readonly slateSize?: number;
  readonly diversity: TenantConfig["diversity"];
  readonly explorationShare: number;
  readonly rules: Pick<ActiveRules, "quotas" | "caps">;
  /** Of a first page; none for later ones. A pin shows only if its item is a candidate: filters hold for pins too. */
  readonly pins: readonly Pin[];
}

/** Why a candidate is not on the slate. `cap`, `quota` and `diversity`: by score alone it would have been. */
export type ReserveReason = "below_slate" | "cap" | "quota" | "diversity" | "duplicate";

export interface Slate<Candidate> {
  readonly selected: readonly Candidate[];
  /** Together with `selected` every candidate, once. */
  readonly reserve: readonly {
    readonly candidate: Candidate;
    readonly reason: ReserveReason;
  }[];
}

interface PinnedCandidate {
  readonly candidate: ScoredCandidate;
  readonly slot: number;
}

/** Five pages of 20. */
const SLATE_SIZE = 100;
/**
 * Of 1,000 candidates, 300 compete by marginal relevance: 700 fewer to compare at each of 100 slots, and an item whose
 * score is not among the best 300 would have to win by difference alone.
 */
const WINDOW_FACTOR = 3;

/** The slate is made of the very objects that were given, whatever else they carry. */
export const selectSlate = <Candidate extends ScoredCandidate>(
  candidates: readonly Candidate[],
  request: SlateRequest,
): Slate<Candidate> => fillSlate(candidates, request) as Slate<Candidate>;

function fillSlate(
  candidates: readonly ScoredCandidate[],
  { facts, limit, slateSize = SLATE_SIZE, diversity, ...wishes }: SlateRequest,
): Slate<ScoredCandidate> {
  const { distinct, repeated } = withoutRepeats(candidates.toSorted(byRank));
  const { pinned, others } = splitPinned(distinct, wishes.pins);
  const similarity = diversity.strength > 0 ? similarityBy(diversity.by, facts) : undefined;
  const contenders = new Contenders(others, {
    caps: wishes.rules.caps.length === 0 ? undefined : new PageCaps(wishes.rules.caps, facts),
    diversity: similarity && { strength: diversity.strength, similarity },
    window: slateSize * WINDOW_FACTOR,
  });
  const quotas = new PageQuotas([
    ...wishes.rules.quotas,
    { source: "exploration", minShare: wishes.explorationShare, maxShare: 1 },
  ]);

  const selected: ScoredCandidate[] = [];
  let waiting = pinned;
  while (selected.length < slateSize) {
    const length = Math.min(limit, slateSize - selected.length);
    const { slots, left } = pinSlots(waiting, length);
    const page = fillPage(slots, contenders, quotas);
    selected.push(...page);
    waiting = left.map(({ candidate }) => ({ candidate, slot: 0 }));
    if (page.length < length) break;
  }

  // A slate that ended early left behind only what a cap refused.
  const slotsByScore =
    selected.length < slateSize ? Infinity : slateSize - (pinned.length - waiting.length);
  const reasonOf = ({ position, capped }: Contender): ReserveReason => {
    if (position >= slotsByScore) return "below_slate";
    if (capped) return "cap";
    return similarity === undefined ? "quota" : "diversity";
  };
  return {
    selected,
    reserve: [
      ...waiting.map(({ candidate }) => ({ candidate, reason: "below_slate" as const })),
      ...contenders.left().map((left) => ({ candidate: left.candidate, reason: reasonOf(left) })),
      ...repeated.map((candidate) => ({ candidate, reason: "duplicate" as const })),
    ],
  };
}

/** Shorter than its slots only when nothing that is left may stand on the page. Pins behind the end move up to it. */
function fillPage(
  slots: readonly (PinnedCandidate | undefined)[],
  contenders: Contenders,
  quotas: PageQuotas,
): ScoredCandidate[] {
  contenders.startPage();
  quotas.startPage(slots.length);
  let freeSlots = slots.length;
  for (const pin of slots) {
    if (pin === undefined) continue;
    contenders.place(pin.candidate.index);
    freeSlots -= 1;
  }
  const page: ScoredCandidate[] = [];
  let ended = false;
  for (const [slot, pin] of slots.entries()) {
    if (pin !== undefined) {
      page.push(pin.candidate);
      continue;
    }
    const next = ended ? undefined : takeForSlot(slot, freeSlots, contenders, quotas);
    if (next === undefined) {
      ended = true;
      continue;
    }
    freeSlots -= 1;
    quotas.add(sourceBit(next.source));
    page.push(next);
  }
  return page;
}

function takeForSlot(
  slot: number,
  freeSlots: number,
  contenders: Contenders,
  quotas: PageQuotas,
): ScoredCandidate | undefined {
  for (;;) {
    const owed = quotas.owed(slot, freeSlots);
    if (owed === 0) break;
    const candidate = contenders.takeBest(owed);
    if (candidate !== undefined) return candidate;
    quotas.forgive(owed);
  }
  return (
    contenders.takeBest(quotas.open(slot)) ??
    contenders.takeBest(EVERY_SOURCE) ??
    contenders.takeBuried()
  );
}

function withoutRepeats(ranked: readonly ScoredCandidate[]): {
  readonly distinct: readonly ScoredCandidate[];
  readonly repeated: readonly ScoredCandidate[];
} {
  const known = new Set<number>();
  const repeated: ScoredCandidate[] = [];
  const distinct = ranked.filter((candidate) => {
    const repeats = known.has(candidate.index);
    known.add(candidate.index);
    if (repeats) repeated.push(candidate);
    return !repeats;
  });
  return { distinct, repeated };
}

/** Of two pins of one item the lower slot holds. */
function splitPinned(
  ranked: readonly ScoredCandidate[],
  pins: readonly Pin[],
): { readonly pinned: readonly PinnedCandidate[]; readonly others: readonly ScoredCandidate[] } {
  if (pins.length === 0) return { pinned: [], others: ranked };
  const others = new Map(ranked.map((candidate) => [candidate.index, candidate]));
  const pinned = pins
    .toSorted((a, b) => a.slot - b.slot)
    .flatMap(({ index, slot, rule }) => {
      const candidate = others.get(index);
      if (candidate === undefined) return [];
      others.delete(index);
      const rules = [...candidate.rules, rule];
      return [{ slot, candidate: { ...candidate, source: "pin" as const, rules } }];
    });
  return { pinned, others: [...others.values()] };
}
