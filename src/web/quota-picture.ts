/** The quota of a day: two allowances, the rate windows, and when the day is over. */
import { AllowanceView } from "./allowance-view.ts";
import { element } from "./dom.ts";
import { amount, duration } from "./format.ts";
import type { QuotaAnswer, QuotaRate } from "./quota-answer.ts";

/** As clocks are written where the reader is. */
const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

const PAYERS = {
  deployment: "Paid by the deployment's key, which tenants share.",
  tenant: "Paid by a key of this tenant's own.",
} as const;

export class QuotaPicture {
  readonly root: HTMLElement;
  readonly #payer = element("p", { class: "quota-payer" });
  readonly #without = element(
    "p",
    { class: "quota-without" },
    "No YouTube key pays for this tenant. Its own catalogue answers, and nothing is counted.",
  );
  readonly #counted: HTMLElement;
  readonly #search = new AllowanceView("Searches", "Calls of search.list");
  readonly #units = new AllowanceView("Units", "Units of every other call");
  readonly #second = rateView("This second");
  readonly #minute = rateView("This minute");
  readonly #countdown = element("b");
  readonly #resetTime = element("span");
  #resetsAtMs: number | undefined;

  constructor() {
    this.#counted = element(
      "div",
      { class: "quota-counted" },
      this.#search.root,
      this.#units.root,
      element("div", { class: "rates" }, this.#second.root, this.#minute.root),
      element(
        "p",
        { class: "quota-reset" },
        "Resets in ",
        this.#countdown,
        element("br"),
        this.#resetTime,
      ),
    );
    this.root = element(
      "div",
      { class: "quota-picture" },
      this.#payer,
      this.#without,
      this.#counted,
    );
  }

  show(answer: QuotaAnswer, tenant: string, nowMs: number): void {
    const counted = answer.key !== "none";
    this.root.dataset["key"] = answer.key;
    this.#without.hidden = counted;
    this.#payer.hidden = !counted;
    this.#counted.hidden = !counted;
    this.#resetsAtMs = undefined;
    if (!counted) return;
    this.#payer.textContent = PAYERS[answer.key];
    this.#search.show(answer.search, tenant);
    this.#units.show(answer.units, tenant);
    this.#second.show(answer.second);
    this.#minute.show(answer.minute);
    const resetsAtMs = Date.parse(answer.resets_at);
    this.#resetsAtMs = resetsAtMs;
    this.#resetTime.textContent = `${clockTime.format(resetsAtMs)} here, midnight Pacific`;
    this.tick(nowMs);
  }

  /** Once a second. */
  tick(nowMs: number): void {
    if (this.#resetsAtMs === undefined) return;
    const text = duration(Math.max(0, this.#resetsAtMs - nowMs) / 1000);
    if (this.#countdown.textContent !== text) this.#countdown.textContent = text;
  }
}

interface RateView {
  readonly root: HTMLElement;
  show(rate: QuotaRate): void;
}

function rateView(name: string): RateView {
  const count = element("span", { class: "rate-count" });
  const meter = element(
    "div",
    { class: "rate-bar", role: "meter", "aria-label": `Calls, ${name}`, "aria-valuemin": "0" },
    element("span"),
  );
  return {
    root: element("div", { class: "rate" }, element("span", {}, name), count, meter),
    show({ limit, taken }) {
      count.textContent = `${amount(taken)} of ${amount(limit)}`;
      meter.style.setProperty("--share", String(Math.min(1, taken / Math.max(1, limit))));
      meter.setAttribute("aria-valuemax", String(limit));
      meter.setAttribute("aria-valuenow", String(Math.min(limit, taken)));
      meter.setAttribute("aria-valuetext", `${amount(taken)} of ${amount(limit)} calls`);
    },
  };
}
