/** What the Worker remembers of the user: the watched filter, the cooldown, and their size. */
import type { FeedStats } from "./api.ts";
import { countUp } from "./count-up.ts";
import { element } from "./dom.ts";
import { amount, bytes, plural } from "./format.ts";

export class MemoryView {
  readonly root: HTMLElement;
  readonly #size = element("dd");
  readonly #cooling = element("dd");
  readonly #recent = element("dd");
  readonly #fallback = element("dd");
  readonly #filter = element("span", { class: "filter-state" });
  readonly #layers = element("div", { class: "layers" });

  constructor() {
    const row = (term: string, value: HTMLElement): HTMLElement =>
      element("div", {}, element("dt", {}, term), value);
    this.root = element(
      "div",
      { class: "memory" },
      element(
        "dl",
        { class: "facts" },
        row("held for this user", this.#size),
        row("cooling down", this.#cooling),
        row("just watched", this.#recent),
        row("fallback pool", this.#fallback),
      ),
      element("p", { class: "filter" }, "Watched filter: ", this.#filter),
      this.#layers,
    );
  }

  reset(): void {
    for (const value of [this.#size, this.#cooling, this.#recent, this.#fallback]) {
      value.textContent = "–";
    }
    this.#filter.textContent = "not known yet";
    this.#layers.replaceChildren();
  }

  show(stats: FeedStats): void {
    countUp(this.#size, stats.memory_used_bytes, bytes);
    countUp(this.#cooling, stats.cooling_down, amount);
    countUp(this.#recent, stats.watched?.recent ?? 0, amount);
    countUp(this.#fallback, stats.fallback.valid_count, amount);
    const layers = stats.watched?.filter_layers ?? [];
    // The API's `bloom_filter_exists` says that the user is known; layers open only when they are needed.
    this.#filter.textContent = !stats.bloom_filter_exists
      ? "empty, this user is new"
      : layers.length === 0
        ? "no layer opened yet"
        : `in use, ${plural(layers.length, "layer")}`;
    this.#layers.replaceChildren(
      ...layers.map(({ items, rated_items: rated }) => {
        const layer = element(
          "div",
          { class: "layer" },
          element("span", { class: "layer-bar", "aria-hidden": "true" }),
          element("span", {}, `${amount(items)} of ${amount(rated)} items`),
        );
        layer.style.setProperty("--share", String(rated > 0 ? Math.min(1, items / rated) : 0));
        return layer;
      }),
    );
  }
}
