/** The blend as it was served: one mark an item, in order, and the share of popularity in any prefix. */
import type { SourceName } from "../domain/slices.ts";
import { countUp } from "./count-up.ts";
import { element, shape, sourceMark } from "./dom.ts";

const COLUMNS = 30;
const ROWS = 6;
const PITCH = 10;
/** A prefix shorter than this says little: one item is 10 % of it. */
const SHORTEST_PREFIX = 10;

const OUTLINES: Readonly<Record<SourceName, string>> = {
  popularity: "m-3.3 0a3.3 3.3 0 1 0 6.6 0a3.3 3.3 0 1 0-6.6 0Z",
  freshness: "m0-4 4 4-4 4-4-4Z",
  fallback: "m-3-3h6v6h-6Z",
};

const OPEN = "m-1.2 0a1.2 1.2 0 1 0 2.4 0a1.2 1.2 0 1 0-2.4 0Z";

export class MixView {
  readonly root: HTMLElement;
  readonly #shares: Readonly<Record<SourceName, HTMLElement>>;
  readonly #bars: Readonly<Record<SourceName, HTMLElement>>;
  readonly #paths: Readonly<Record<SourceName, SVGElement>>;
  /** Places for the items to come. */
  readonly #open = shape("path");
  readonly #strip: SVGElement;
  readonly #prefix = element("p", { class: "note" });
  #last: SourceName[] = [];
  #served = 0;
  #counts: Record<SourceName, number> = { popularity: 0, freshness: 0, fallback: 0 };
  #lowest = 1;
  #highest = 0;

  constructor() {
    const each = <Value>(make: (source: SourceName) => Value): Record<SourceName, Value> => ({
      popularity: make("popularity"),
      freshness: make("freshness"),
      fallback: make("fallback"),
    });
    this.#shares = each(() => element("b"));
    this.#bars = each((source) => element("span", { class: `mix-bar source-${source}` }));
    this.#paths = each((source) => shape("path", { class: `source-${source}` }));
    this.#strip = shape(
      "svg",
      { class: "mix-strip", viewBox: `0 0 ${COLUMNS * PITCH} ${ROWS * PITCH}`, role: "img" },
      this.#open,
      ...Object.values(this.#paths),
    );
    this.root = element(
      "div",
      { class: "mix" },
      element(
        "p",
        { class: "mix-legend" },
        ...Object.entries(this.#shares).map(([source, share]) =>
          element("span", { class: `mix-share mix-${source}` }, sourceMark(source), share, source),
        ),
      ),
      element("div", { class: "mix-bars", "aria-hidden": "true" }, ...Object.values(this.#bars)),
      this.#strip,
      this.#prefix,
    );
  }

  reset(): void {
    this.#last = [];
    this.#served = 0;
    this.#counts = { popularity: 0, freshness: 0, fallback: 0 };
    this.#lowest = 1;
    this.#highest = 0;
    this.#draw();
  }

  add(sources: readonly SourceName[]): void {
    for (const source of sources) {
      this.#served += 1;
      this.#counts[source] += 1;
      this.#last.push(source);
      if (this.#served < SHORTEST_PREFIX) continue;
      const share = this.#counts.popularity / this.#served;
      this.#lowest = Math.min(this.#lowest, share);
      this.#highest = Math.max(this.#highest, share);
    }
    // Whole rows leave at the top, so that marks keep their column.
    const surplus = this.#last.length - COLUMNS * ROWS;
    if (surplus > 0) this.#last.splice(0, Math.ceil(surplus / COLUMNS) * COLUMNS);
    this.#draw();
  }

  #draw(): void {
    const outlines: Record<SourceName, string> = { popularity: "", freshness: "", fallback: "" };
    this.#last.forEach((source, at) => {
      outlines[source] += placeOf(at, OUTLINES[source]);
    });
    let open = "";
    for (let at = this.#last.length; at < COLUMNS * ROWS; at += 1) open += placeOf(at, OPEN);
    this.#open.setAttribute("d", open);
    const shares: string[] = [];
    for (const source of ["popularity", "freshness", "fallback"] as const) {
      const share = this.#served === 0 ? 0 : this.#counts[source] / this.#served;
      this.#paths[source].setAttribute("d", outlines[source]);
      this.#bars[source].style.setProperty("flex-grow", String(share));
      if (this.#served === 0) this.#shares[source].textContent = "–";
      else countUp(this.#shares[source], share * 100, percent);
      shares.push(`${percent(share * 100)} ${source}`);
    }
    this.#strip.setAttribute(
      "aria-label",
      this.#served === 0 ? "Nothing served yet" : `Items by source, in order: ${shares.join(", ")}`,
    );
    this.#prefix.textContent =
      this.#served < SHORTEST_PREFIX
        ? "One mark for each item, in the order served."
        : `Cut anywhere after ${SHORTEST_PREFIX} items, the feed is ` +
          `${rangeOf(this.#lowest, this.#highest)} popularity.`;
  }
}

const placeOf = (at: number, outline: string): string =>
  `M${(at % COLUMNS) * PITCH + PITCH / 2} ${Math.floor(at / COLUMNS) * PITCH + PITCH / 2}${outline}`;

const percent = (value: number): string => `${Math.round(value)}\u202f%`;

function rangeOf(lowest: number, highest: number): string {
  const [low, high] = [percent(lowest * 100), percent(highest * 100)];
  return low === high ? low : `${low} to ${high}`;
}
