/** Chance that can be repeated: a seed always gives the same numbers (mulberry32 over FNV-1a). */
export type Chance = () => number;

export function chanceOf(text: string): Chance {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const between = (chance: Chance, low: number, high: number): number =>
  low + (high - low) * chance();

export function pick<Value>(chance: Chance, values: readonly [Value, ...Value[]]): Value {
  return values[Math.floor(chance() * values.length)] ?? values[0];
}

const FIRST = "amber brisk calm coral early fern hazel jade lunar north opal quiet tidal vivid";
const SECOND = "badger crane egret finch heron ibis jay lark marten newt otter robin tern wren";

/** A user id that is nice to read out, such as `coral-heron-417`. */
export function randomUserId(chance: Chance): string {
  const word = (words: string): string => pick(chance, words.split(" ") as [string, ...string[]]);
  return `${word(FIRST)}-${word(SECOND)}-${Math.floor(between(chance, 100, 1000))}`;
}
