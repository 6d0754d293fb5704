/** Where the user's refills read: down the popularity buckets, and along the freshness windows. */
import { BUCKETS, WINDOWS } from "../domain/slices.ts";
import { element } from "./dom.ts";

const BUCKET_NAMES = BUCKETS.map((bucket) => {
  const [low = "", high = ""] = bucket.split("_");
  return bucket === "99_100" ? "top 1 %" : `${low} – ${high} %`;
});
const WINDOW_NAMES: Readonly<Record<(typeof WINDOWS)[number], string>> = {
  l1d: "1 day",
  l7d: "7",
  l14d: "14",
  l30d: "30",
  l90d: "90",
};

/** A list with one place in it: what is above was read, what is below is to come. */
class Steps {
  readonly root: HTMLOListElement;
  readonly #names: readonly string[];
  readonly #steps: readonly HTMLLIElement[];

  constructor(kind: string, label: string, names: readonly string[], texts: readonly string[]) {
    this.#names = names;
    this.#steps = names.map((name, at) =>
      element(
        "li",
        { "data-slice": name, title: name },
        element("span", { class: "step-bar" }),
        element("span", { class: "step-text" }, texts[at] ?? name),
      ),
    );
    this.root = element("ol", { class: kind, "aria-label": label }, ...this.#steps);
    this.#steps.forEach((step, at) => step.style.setProperty("--at", String(at)));
  }

  show(name: string | null | undefined): void {
    const place = name === null || name === undefined ? -1 : this.#names.indexOf(name);
    this.#steps.forEach((step, at) => {
      step.dataset["state"] =
        place < 0 ? "open" : at < place ? "read" : at > place ? "open" : "here";
      if (at === place) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
    this.root.dataset["placed"] = String(place >= 0);
    this.root.style.setProperty("--place", String(Math.max(0, place)));
  }
}

export const bucketLadder = (): Steps =>
  new Steps("ladder", "Popularity buckets, the cursor reads downward", BUCKETS, BUCKET_NAMES);

export const windowTrack = (): Steps =>
  new Steps(
    "track",
    "Freshness windows, newest first",
    WINDOWS,
    WINDOWS.map((name) => WINDOW_NAMES[name]),
  );
