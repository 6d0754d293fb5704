/** Chance from a seed: the same demo catalogue on every machine. */
export interface Random {
  /** In [0, 1). */
  uniform(): number;
  /** A whole number in [0, below). */
  below(limit: number): number;
  pick<Value>(values: readonly [Value, ...Value[]]): Value;
  /** Mean 0, deviation 1. */
  normal(): number;
}

/** Mulberry32: 32 bits of state are plenty for a catalogue, and it is six lines. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(uniform() * limit);
  return {
    uniform,
    below,
    pick: (values) => values[below(values.length)] ?? values[0],
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** A picker of indices whose chance falls as 1/rank^exponent: few are picked often, most hardly ever. */
export function zipf(size: number, exponent: number): (random: Random) => number {
  const upTo: number[] = [];
  let total = 0;
  for (let rank = 1; rank <= size; rank += 1) {
    total += rank ** -exponent;
    upTo.push(total);
  }
  return (random) => {
    const aim = random.uniform() * total;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? total) > aim) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
