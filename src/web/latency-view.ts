/** How long the last pages took, and which tier they came from. */
import type { Timing } from "./api.ts";
import { countUp } from "./count-up.ts";
import { element } from "./dom.ts";
import { milliseconds } from "./format.ts";

const BARS = 12;
/** A quick page must not fill the chart: bars are measured against at least this. */
const SMALLEST_SCALE_MS = 20;
const TIER_NAMES: Readonly<Record<string, string>> = { l1: "L1", l2: "L2", replica: "Rep." };

export class LatencyView {
  readonly root: HTMLElement;
  readonly #now = element("span", { class: "figure" });
  readonly #detail = element("span", { class: "latency-detail" });
  readonly #chart = element("ol", { class: "bars", "aria-label": "Last pages, oldest first" });
  #pages: { readonly ms: number; readonly bar: HTMLElement }[] = [];

  constructor() {
    this.root = element(
      "div",
      { class: "latency" },
      element("p", { class: "latency-now" }, this.#now, this.#detail),
      this.#chart,
    );
  }

  reset(): void {
    this.#pages = [];
    this.#chart.replaceChildren();
    this.#now.textContent = "–";
    this.#detail.textContent = "no page yet";
  }

  add(timing: Timing, tier: string, number: number): void {
    const ms = timing.measuredMs;
    const name = TIER_NAMES[tier] ?? tier;
    countUp(this.#now, ms, milliseconds);
    this.#detail.textContent =
      timing.serverMs === undefined
        ? `until here, ${name}`
        : `until here, ${inWorker(timing.serverMs)} of it in the Worker`;
    const bar = element(
      "li",
      { "data-tier": tier, title: `Page ${number}: ${milliseconds(ms)}, ${name}` },
      element("span", { class: "visually-hidden" }, `Page ${number}: ${milliseconds(ms)}, `),
      element("span", { class: "bar", "aria-hidden": "true" }),
      element("span", { class: "bar-tier" }, name),
    );
    this.#pages.push({ ms, bar });
    this.#chart.append(bar);
    if (this.#pages.length > BARS) this.#pages.shift()?.bar.remove();
    const scale = Math.max(SMALLEST_SCALE_MS, ...this.#pages.map((page) => page.ms));
    for (const page of this.#pages) page.bar.style.setProperty("--share", String(page.ms / scale));
  }
}

/** A Worker's clock stands still while it computes, so a page without a round trip takes 0 by it. */
const inWorker = (ms: number): string => (ms < 1 ? "under 1 ms" : milliseconds(ms));
