/** Where pins stand on a page. */
export interface Slotted {
  readonly slot: number;
}

export interface PinSlots<Pin> {
  /** By slot of the page; sparse. */
  readonly slots: readonly (Pin | undefined)[];
  /** Pins that a page full of pins had no slot for. */
  readonly left: readonly Pin[];
}

/**
 * Lower slots first, then the order given. A pin whose slot is taken moves to the next free one; when there is none
 * behind it, or the page ends before its slot, to the nearest free one before. (In system C one of two pins on a slot
 * vanished.)
 */
export function pinSlots<Pin extends Slotted>(pins: readonly Pin[], length: number): PinSlots<Pin> {
  const slots = Array<Pin | undefined>(length).fill(undefined);
  const left: Pin[] = [];
  for (const pin of pins.toSorted((a, b) => a.slot - b.slot)) {
    const behind = slots.indexOf(undefined, Math.min(pin.slot, length));
    const slot = behind >= 0 ? behind : slots.lastIndexOf(undefined);
    if (slot < 0) left.push(pin);
    else slots[slot] = pin;
  }
  return { slots, left };
}
