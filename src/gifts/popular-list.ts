/**
 * What is popular with users like this one: the widening ladder. Pure.
 *
 * The audience is first the user's gender and age, then the gender, then the age, then everyone. An item belongs to an
 * audience when it suits it (says so, suits any, or says nothing), and is ranked by what that audience did. The list ends
 * with the first audience that gives `ENOUGH` items, whatever the page, so that pages fit together and the total is that
 * of the list; items of narrower audiences come first.
 */
import { type Demographics, EVERYONE, groupOf } from "../popularity/groups.ts";
import { type ItemTest, suits } from "./eligible-items.ts";
import type { GiftSnapshot } from "./gift-snapshot.ts";
import { popularOrder } from "./popular-order.ts";

/** One usual page. */
const ENOUGH = 20;

export type Audience = "gender_and_age" | "gender" | "age" | "everyone";

export interface PopularList {
  /** Indexes, best first, each once. */
  readonly items: Uint32Array;
  /** The widest that the list needed. */
  readonly audience: Audience;
}

export function popularList(
  snapshot: GiftSnapshot,
  eligible: ItemTest,
  who: Demographics,
  country: string,
): PopularList {
  const items: number[] = [];
  const taken = new Uint8Array(snapshot.ids.length);
  let audience: Audience = "everyone";
  for (const rung of rungsOf(who)) {
    ({ audience } = rung);
    const { gender, age } = snapshot.attributes;
    const { gender: wantedGender, ageGroup } = rung.who;
    const tests = [
      ...suits(gender, wantedGender === undefined ? [] : [wantedGender]),
      ...suits(age, ageGroup === undefined ? [] : [ageGroup]),
    ];
    const group = rung.audience === "everyone" ? EVERYONE : groupOf(rung.who);
    for (const index of popularOrder(snapshot, group, country)) {
      if (taken[index] === 1 || !eligible(index) || !tests.every((test) => test(index))) continue;
      taken[index] = 1;
      items.push(index);
    }
    if (items.length >= ENOUGH) break;
  }
  return { items: Uint32Array.from(items), audience };
}

interface Rung {
  readonly audience: Audience;
  readonly who: Demographics;
}

function rungsOf({ gender, ageGroup }: Demographics): readonly Rung[] {
  const known: Rung[] = [];
  if (gender !== undefined && ageGroup !== undefined) {
    known.push({ audience: "gender_and_age", who: { gender, ageGroup } });
  }
  if (gender !== undefined) known.push({ audience: "gender", who: { gender } });
  if (ageGroup !== undefined) known.push({ audience: "age", who: { ageGroup } });
  return [...known, { audience: "everyone", who: {} }];
}

/** What is rising or overlooked, as the job listed it. */
export const listedItems = (listed: Uint32Array, eligible: ItemTest): Uint32Array =>
  listed.filter((index) => eligible(index));
