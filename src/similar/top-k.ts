/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/**
 * The best K of a row: a heap with the worst on top, in arrays that are used again for every row. Among equals the
 * lower index is better, so that the result does not depend on the order of what is offered.
 */
export class TopK {
  readonly #limit: number;
  readonly #indexes: Uint32Array;
  readonly #weights: Float64Array;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#indexes = new Uint32Array(limit);
    this.#weights = new Float64Array(limit);
  }

  offer(index: number, weight: number): void {
    if (this.#size < this.#limit) {
      this.#rise(this.#size, index, weight);
      this.#size += 1;
      return;
    }
    const worst = this.#weights[0]!;
    if (weight < worst || (weight === worst && index > this.#indexes[0]!) || this.#limit === 0)
      return;
    this.#sink(0, index, weight, this.#size);
  }

  /** Writes what was kept, best first, and is empty again. Returns how many. */
  drain(indexes: Uint32Array, weights: Float64Array | Float32Array, at: number): number {
    const kept = this.#size;
    for (let size = kept; size > 0; size -= 1) {
      indexes[at + size - 1] = this.#indexes[0]!;
      weights[at + size - 1] = this.#weights[0]!;
      this.#sink(0, this.#indexes[size - 1]!, this.#weights[size - 1]!, size - 1);
    }
    this.#size = 0;
    return kept;
  }

  #worse(a: number, index: number, weight: number): boolean {
    const other = this.#weights[a]!;
    return other < weight || (other === weight && this.#indexes[a]! > index);
  }

  #rise(start: number, index: number, weight: number): void {
    let place = start;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#worse(parent, index, weight)) break;
      this.#indexes[place] = this.#indexes[parent]!;
      this.#weights[place] = this.#weights[parent]!;
      place = parent;
    }
    this.#indexes[place] = index;
    this.#weights[place] = weight;
  }

  #sink(start: number, index: number, weight: number, size: number): void {
    let place = start;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#worse(child + 1, this.#indexes[child]!, this.#weights[child]!))
        child += 1;
      if (!this.#worse(child, index, weight)) break;
      this.#indexes[place] = this.#indexes[child]!;
      this.#weights[place] = this.#weights[child]!;
      place = child;
    }
    if (size > 0 || start === 0) {
      this.#indexes[place] = index;
      this.#weights[place] = weight;
    }
  }
}
