/**
 * Reads the reply of a user script by position and checks each value as it is read. By hand: a zod tuple
 * costs more than the rest of a take's TypeScript, and a reply has four kinds of value.
 */
import { CODE_WIDTH, type ItemCodes } from "../domain/item-code.ts";
import type { Cursors } from "./user-store.ts";

const CURSORS_PATTERN = /^\d+(?: \d+){7}$/;

export class Reply {
  readonly #values: readonly unknown[];
  readonly #malformed: () => Error;

  constructor(reply: unknown, malformed: () => Error) {
    if (!Array.isArray(reply)) throw malformed();
    this.#values = reply;
    this.#malformed = malformed;
  }

  text(index: number): string {
    const value = this.#values[index];
    if (typeof value !== "string") throw this.#malformed();
    return value;
  }

  codes(index: number): ItemCodes {
    const value = this.text(index);
    if (value.length % CODE_WIDTH !== 0) throw this.#malformed();
    return value as ItemCodes;
  }

  count(index: number): number {
    const value = this.#values[index];
    if (typeof value !== "number" || !Number.isSafeInteger(value)) throw this.#malformed();
    return value;
  }

  word<Word extends string>(index: number, words: readonly Word[]): Word {
    const value = this.#values[index];
    const found = words.find((word) => word === value);
    if (found === undefined) throw this.#malformed();
    return found;
  }

  cursors(index: number): Cursors {
    const text = this.text(index);
    if (!CURSORS_PATTERN.test(text)) throw this.#malformed();
    const values = text.split(" ").map(Number);
    const cursor = (at: number) => ({
      version: values[at] ?? 0,
      position: values[at + 1] ?? 0,
      total: values[at + 2] ?? 0,
      untilSeconds: values[at + 3] ?? 0,
    });
    return { popularity: cursor(0), freshness: cursor(4) };
  }
}
