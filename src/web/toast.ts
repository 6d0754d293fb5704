/** A short message over the page, for what failed but left the feed as it is. */
import { element } from "./dom.ts";

const SHOWN_MS = 8_000;

export class Toast {
  readonly #root = element("div", { class: "toast", role: "alert", "data-shown": "false" });
  #timer = 0;

  constructor() {
    document.body.append(this.#root);
  }

  show(text: string): void {
    clearTimeout(this.#timer);
    this.#root.textContent = text;
    this.#root.dataset["shown"] = "true";
    this.#timer = window.setTimeout(() => (this.#root.dataset["shown"] = "false"), SHOWN_MS);
  }
}
