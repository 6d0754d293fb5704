/** One allowance: a bar of the day, and under it, to the same scale, who used it. */
import { countUp } from "./count-up.ts";
import { element } from "./dom.ts";
import { amount } from "./format.ts";
import type { QuotaAllowance } from "./quota-answer.ts";
import { levelText, type Share, sharesOf } from "./quota-shares.ts";

export class AllowanceView {
  readonly root: HTMLElement;
  readonly #figure = element("span", { class: "allowance-figure" });
  readonly #detail = element("p", { class: "allowance-detail" });
  readonly #used = element("span", { class: "allowance-used" });
  readonly #leased = element("span", { class: "allowance-leased" });
  readonly #left = element("span", { class: "allowance-left" });
  readonly #meter: HTMLElement;
  readonly #sharesBar = element("div", { class: "shares-bar", "aria-hidden": "true" });
  readonly #shares: HTMLElement;

  constructor(name: string, explained: string) {
    this.#meter = element(
      "div",
      { class: "allowance-bar", role: "meter", "aria-label": name, "aria-valuemin": "0" },
      this.#used,
      this.#leased,
      this.#left,
    );
    this.#shares = element("ul", { class: "shares", "aria-label": `${name}, who used them` });
    this.root = element(
      "section",
      { class: "allowance" },
      element("h3", { title: explained }, name),
      this.#figure,
      this.#meter,
      this.#sharesBar,
      this.#detail,
      this.#shares,
    );
  }

  show(allowance: QuotaAllowance, tenant: string): void {
    const { limit, used, leased, left, closed } = allowance;
    const { figure, detail, spoken } = levelText(allowance, amount);
    this.root.dataset["closed"] = String(closed);
    if (closed) this.#figure.textContent = figure;
    else countUp(this.#figure, left, (value) => `${amount(value)} left`);
    this.#detail.textContent = detail;
    // More than the limit may be used on the day that it was lowered.
    const whole = Math.max(1, limit, used + leased);
    grow(this.#used, used / whole);
    grow(this.#leased, leased / whole);
    grow(this.#left, Math.max(0, whole - used - leased) / whole);
    this.#meter.setAttribute("aria-valuemax", String(whole));
    this.#meter.setAttribute("aria-valuenow", String(used + leased));
    this.#meter.setAttribute("aria-valuetext", spoken);
    this.#showShares(sharesOf(allowance, tenant), whole);
  }

  #showShares(shares: readonly Share[], whole: number): void {
    const tokens = shares.reduce((sum, share) => sum + share.tokens, 0);
    const bar = shares.map((share, at) => {
      const part = element("span", { class: `share-${share.kind}`, "data-at": String(at) });
      grow(part, share.tokens / whole);
      return part;
    });
    this.#sharesBar.hidden = shares.length === 0;
    const rest = element("span");
    grow(rest, Math.max(0, whole - tokens) / whole);
    this.#sharesBar.replaceChildren(...bar, rest);
    this.#shares.replaceChildren(...shares.map(row));
  }
}

function row(share: Share, at: number): HTMLElement {
  const mark = element("span", {
    class: `share-mark share-${share.kind}`,
    "data-at": String(at),
    "aria-hidden": "true",
  });
  const name = element("span", { class: "share-name", title: share.name }, share.name);
  if (share.detail !== undefined) {
    name.append(" ", element("span", { class: "share-detail" }, share.detail));
  }
  return element("li", {}, mark, name, element("b", {}, amount(share.tokens)));
}

/** What is there is seen, however small it is: the style sheet keeps such a part from vanishing. */
function grow(part: HTMLElement, share: number): void {
  part.style.setProperty("flex-grow", String(share));
  part.hidden = share === 0;
}
