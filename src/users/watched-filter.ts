/**
 * The watched filter: a list of Bloom layers, oldest first.
 *
 * The newest layer takes the writes for 15 days or until it holds its rated number, then the next one opens:
 * bigger when it was filled, never rehashed. A layer is dropped 30 days after it could last be written, so
 * a watched item is remembered for 30 to 45 days. Rates of false positives add up over the layers: at most
 * three full layers of the first class are alive at once (3 × 0.28 %), and bigger classes spend more bits an
 * item (0.05 %), so that the sum stays under 1 %. Bloom, "Space/time trade-offs in hash coding" (1970);
 * double hashing after Kirsch and Mitzenmacher (2006).
 */
import { digitAt, type ItemCodes } from "../domain/item-code.ts";

export interface BloomLayer {
  /** Grows by one a layer: names the stored bits. */
  readonly sequence: number;
  readonly openedAtSeconds: number;
  /** Index into {@link LAYER_CLASSES}. */
  readonly size: number;
  readonly items: number;
  readonly bits: Uint8Array;
}

const DAY_SECONDS = 86_400;
export const LAYER_OPEN_SECONDS = 15 * DAY_SECONDS;
export const LAYER_LIFE_SECONDS = 45 * DAY_SECONDS;

/**
 * Rated items and bits of each class. 12,224 bits are 1,528 bytes, which with the header of a Redis string
 * fills an allocation of 1,536 exactly: a light viewer's filter costs no more than it must.
 */
export const LAYER_CLASSES = [
  { ratedItems: 1_000, bits: 12_224 },
  { ratedItems: 8_000, bits: 131_072 },
  { ratedItems: 64_000, bits: 1_048_576 },
] as const;

/** Probes per item: near the optimum of the first class, cheap in the bigger ones. */
export const PROBES = 8;

/** Four digits of a code as a 24-bit number. */
function digits(code: ItemCodes, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i += 1) value = value * 64 + digitAt(code, i);
  return value;
}

/** Bit `index` of probe `probe`, of `bits`: (h1 + probe·h2) mod bits, h2 odd. */
const probeBit = (h1: number, h2: number, probe: number, bits: number): number =>
  (h1 + probe * h2) % bits;

function layerContains(layer: BloomLayer, h1: number, h2: number): boolean {
  const bits = layer.bits.length * 8;
  for (let probe = 0; probe < PROBES; probe += 1) {
    const bit = probeBit(h1, h2, probe, bits);
    if (((layer.bits[bit >>> 3] ?? 0) & (128 >>> (bit & 7))) === 0) return false;
  }
  return true;
}

/** `code` is exactly one code. */
export function mightContain(layers: readonly BloomLayer[], code: ItemCodes): boolean {
  const h1 = digits(code, 0);
  const h2 = digits(code, 3) * 2 + 1;
  return layers.some((layer) => layerContains(layer, h1, h2));
}

export const liveLayers = (
  layers: readonly BloomLayer[],
  nowSeconds: number,
): readonly BloomLayer[] =>
  layers.filter((layer) => layer.openedAtSeconds + LAYER_LIFE_SECONDS > nowSeconds);

/** One class up behind a full layer, one down behind one that the class below would have held. */
function nextSize(last: BloomLayer): number {
  if (last.items >= ratedItems(last.size)) return Math.min(last.size + 1, LAYER_CLASSES.length - 1);
  return last.size > 0 && last.items < ratedItems(last.size - 1) ? last.size - 1 : last.size;
}

function nextLayer(last: BloomLayer | undefined, nowSeconds: number): BloomLayer {
  const size = last === undefined ? 0 : nextSize(last);
  return {
    sequence: (last?.sequence ?? 0) + 1,
    openedAtSeconds: nowSeconds,
    size,
    items: 0,
    bits: new Uint8Array((LAYER_CLASSES[size] ?? LAYER_CLASSES[0]).bits / 8),
  };
}

export const ratedItems = (size: number): number =>
  (LAYER_CLASSES[size] ?? LAYER_CLASSES[0]).ratedItems;

/** Adds codes to the newest layer, opening layers as they fill; expired layers are gone afterwards. */
export function addWatched(
  layers: readonly BloomLayer[],
  codes: Iterable<ItemCodes>,
  nowSeconds: number,
): readonly BloomLayer[] {
  const result = [...liveLayers(layers, nowSeconds)];
  let current = result.pop();
  let owned = false;
  for (const code of codes) {
    if (
      current === undefined ||
      current.items >= ratedItems(current.size) ||
      nowSeconds - current.openedAtSeconds >= LAYER_OPEN_SECONDS
    ) {
      if (current !== undefined) result.push(current);
      current = nextLayer(current, nowSeconds);
      owned = true;
    }
    if (!owned) {
      current = { ...current, bits: current.bits.slice() };
      owned = true;
    }
    const h1 = digits(code, 0);
    const h2 = digits(code, 3) * 2 + 1;
    const bits = current.bits.length * 8;
    for (let probe = 0; probe < PROBES; probe += 1) {
      const bit = probeBit(h1, h2, probe, bits);
      current.bits[bit >>> 3] = (current.bits[bit >>> 3] ?? 0) | (128 >>> (bit & 7));
    }
    current = { ...current, items: current.items + 1 };
  }
  if (current !== undefined) result.push(current);
  return result;
}
