/** The two tanks: how much of each feed is prepared for the user. */
import type { Level } from "./api.ts";
import { countUp } from "./count-up.ts";
import { element, sourceMark } from "./dom.ts";
import { amount } from "./format.ts";

/** A user pool holds at most this many items, and asks for a refill below the low-water mark. */
export const CAPACITY = 500;
export const LOW_WATER_MARK = 200;

export class Tank {
  readonly root: HTMLElement;
  readonly #glass: HTMLElement;
  readonly #water: HTMLElement;
  readonly #count = element("span", { class: "tank-count" });
  readonly #state = element("span", { class: "tank-state" });

  constructor(source: "popularity" | "freshness") {
    this.#water = element("span", { class: "tank-water" });
    const mark = element("span", { class: "tank-mark" });
    mark.style.setProperty("--at", String(LOW_WATER_MARK / CAPACITY));
    this.#glass = element(
      "div",
      {
        class: "tank-glass",
        role: "meter",
        "aria-label": `Items prepared, ${source}`,
        "aria-valuemin": "0",
        "aria-valuemax": String(CAPACITY),
      },
      this.#water,
      mark,
    );
    this.root = element(
      "div",
      { class: `tank source-${source}` },
      element("div", { class: "tank-top" }, this.#count),
      this.#glass,
      element("div", { class: "tank-name" }, sourceMark(source), source),
      this.#state,
    );
  }

  show(level: Level | undefined): void {
    const count = level?.valid_count ?? 0;
    const share = Math.min(1, count / CAPACITY);
    this.#water.style.setProperty("--level", String(share));
    this.root.dataset["low"] = String(level?.needs_refill ?? false);
    this.#glass.setAttribute("aria-valuenow", String(count));
    if (level === undefined) {
      this.#count.textContent = "–";
      this.#state.textContent = "waiting";
      return;
    }
    countUp(this.#count, count, amount);
    this.#state.textContent = level.needs_refill ? "refill due" : "enough";
    this.#glass.setAttribute(
      "aria-valuetext",
      `${count} of ${CAPACITY}${level.needs_refill ? ", refill due" : ""}`,
    );
  }
}
