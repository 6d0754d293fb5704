/** The statistics beside the feed; a bottom sheet on small screens. */
import type { FeedStats, Meta } from "./api.ts";
import { countUp } from "./count-up.ts";
import { element, required } from "./dom.ts";
import type { PageServed, Tally } from "./feed.ts";
import { age, amount, instantMs, milliseconds } from "./format.ts";
import { CAPACITY, LOW_WATER_MARK, Tank } from "./gauges.ts";
import { LatencyView } from "./latency-view.ts";
import { MemoryView } from "./memory-view.ts";
import { MixView } from "./mix-view.ts";
import { bucketLadder, windowTrack } from "./walk-view.ts";

export class Panel {
  readonly #health = element("p", { class: "health" });
  readonly #served = element("span", { class: "figure figure-served" }, "0");
  readonly #repeats = element("span", { class: "served-repeats" }, "0 repeats");
  readonly #mix = new MixView();
  readonly #tanks = { popularity: new Tank("popularity"), freshness: new Tank("freshness") };
  readonly #ladder = bucketLadder();
  readonly #track = windowTrack();
  readonly #latency = new LatencyView();
  readonly #memory = new MemoryView();
  readonly #sheetLine = required("sheet-line", HTMLElement);
  readonly #sheetLevels: readonly HTMLElement[];
  #lastMs: string | undefined;

  constructor() {
    required("panel-body", HTMLElement).prepend(
      this.#health,
      element(
        "div",
        { class: "served", title: "Counted by this page, from the ids it was given" },
        this.#served,
        element("span", { class: "served-text" }, "served,", this.#repeats),
      ),
      block("Mix, in the order served", this.#mix.root),
      block(
        "Prepared for this user",
        element(
          "div",
          { class: "tanks" },
          this.#tanks.popularity.root,
          this.#tanks.freshness.root,
          element(
            "div",
            { class: "walks" },
            element("p", { class: "walk-name" }, "Popularity cursor"),
            this.#ladder.root,
          ),
        ),
        element("p", { class: "walk-name" }, "Freshness windows, days"),
        this.#track.root,
        element(
          "p",
          { class: "note" },
          `A tank holds ${CAPACITY}; below ${LOW_WATER_MARK}, the dashed line, it is refilled behind ` +
            "the answer.",
        ),
      ),
      block("Last pages", this.#latency.root),
      block("Memory", this.#memory.root),
    );
    this.#sheetLevels = ["popularity", "freshness"].map((source) =>
      element("span", { class: `sheet-gauge source-${source}` }, element("span")),
    );
    required("sheet-gauges", HTMLElement).append(...this.#sheetLevels);
    this.#wireSheet();
    this.reset();
  }

  /** Another user: nothing is known. */
  reset(): void {
    this.#tanks.popularity.show(undefined);
    this.#tanks.freshness.show(undefined);
    this.#ladder.show(undefined);
    this.#track.show(undefined);
    this.#memory.reset();
    this.#mix.reset();
    this.#latency.reset();
    this.#lastMs = undefined;
    this.#health.dataset["state"] = "waiting";
    this.#health.textContent = "Waiting";
    this.#sheetLine.textContent = "Waiting for the first page";
  }

  addPage(page: PageServed): void {
    this.#mix.add(page.sources);
    if (page.sources.length > 0) {
      this.#latency.add(page.timing, page.meta.cache, page.number);
      this.#lastMs = milliseconds(page.timing.measuredMs);
    }
    this.#showHealth(page.meta);
  }

  showTally({ served, repeats }: Tally): void {
    const text = `${amount(repeats)} ${repeats === 1 ? "repeat" : "repeats"}`;
    countUp(this.#served, served, amount);
    this.#repeats.textContent = text;
    this.#repeats.dataset["broken"] = String(repeats > 0);
    this.#sheetLine.textContent = [`${amount(served)} served`, text, this.#lastMs ?? ""]
      .filter((part) => part !== "")
      .join(" · ");
  }

  showStats(stats: FeedStats): void {
    this.#tanks.popularity.show(stats.popularity);
    this.#tanks.freshness.show(stats.freshness);
    this.#ladder.show(stats.popularity.percentile_pointer);
    this.#track.show(stats.freshness.percentile_pointer);
    this.#memory.show(stats);
    [stats.popularity, stats.freshness].forEach(({ valid_count: count }, at) => {
      this.#sheetLevels[at]?.style.setProperty("--level", String(Math.min(1, count / CAPACITY)));
    });
  }

  #showHealth(meta: Meta): void {
    const builtAt = instantMs(meta.pools?.built_at);
    const built = builtAt === undefined ? "" : `pools built ${age(builtAt, Date.now())}`;
    this.#health.dataset["state"] = meta.degraded ? "degraded" : "healthy";
    const text = meta.degraded ? reasonOf(meta.degraded_reason) : built;
    this.#health.replaceChildren(
      element(
        "span",
        {},
        element("b", {}, meta.degraded ? "Degraded" : "Healthy"),
        text && `: ${text}`,
      ),
    );
  }

  #wireSheet(): void {
    const panel = required("panel", HTMLElement);
    const handle = required("sheet", HTMLButtonElement);
    const body = required("panel-body", HTMLElement);
    const narrow = matchMedia("(max-width: 1023px)");
    const show = (open: boolean): void => {
      panel.dataset["open"] = String(open);
      handle.setAttribute("aria-expanded", String(open));
      // On wide screens the panel is always there; a closed sheet must not be reached by Tab.
      body.inert = narrow.matches && !open;
    };
    handle.addEventListener("click", () => show(panel.dataset["open"] !== "true"));
    panel.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || panel.dataset["open"] !== "true") return;
      show(false);
      handle.focus();
    });
    narrow.addEventListener("change", () => show(false));
    show(false);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  user_state_unavailable: "user state does not answer, served from the pool replica",
  pools_stale: "the pool store does not answer, served from an older version of the pools",
  no_pools: "this tenant has no pools yet",
};

/** A reason that this page does not know is shown as it came. */
const reasonOf = (reason: string | null): string =>
  reason === null ? "no reason given" : (REASONS[reason] ?? reason.replaceAll("_", " "));

function block(title: string, ...content: readonly HTMLElement[]): HTMLElement {
  return element("section", { class: "block" }, element("h2", {}, title), ...content);
}
