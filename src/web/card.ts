/** One item of the feed, and its change to "watched". */
import type { SourceName } from "../domain/slices.ts";
import type { Item } from "./api.ts";
import { element, shape, sourceMark } from "./dom.ts";
import { age, duration, instantMs, views } from "./format.ts";

export interface CardFacts {
  readonly id: string;
  readonly source: SourceName;
  readonly item: Item | undefined;
  /** This id was served before: a broken promise, and shown as one. */
  readonly repeated: boolean;
}

export function card(facts: CardFacts, nowMs: number): HTMLLIElement {
  const { id, source, item, repeated } = facts;
  const title = item?.title ?? id;
  const frame = element("div", { class: "card-frame" });
  const seconds = Number(item?.duration_seconds);
  if (item?.duration_seconds !== undefined && Number.isFinite(seconds)) {
    frame.append(element("span", { class: "card-duration" }, duration(seconds)));
  }
  const tags = element(
    "p",
    { class: "card-tags" },
    element("span", { class: `tag tag-${source}` }, sourceMark(source), source),
  );
  if (repeated) tags.append(element("span", { class: "tag tag-repeat" }, "repeat"));
  const button = element(
    "button",
    { class: "watch", type: "button", "aria-pressed": "false" },
    shape(
      "svg",
      { viewBox: "0 0 20 20", "aria-hidden": "true" },
      shape("circle", { cx: "10", cy: "10", r: "8.2" }),
      shape("path", { d: "m6 10.4 2.8 2.8L14 7.4", pathLength: "1" }),
    ),
    element("span", { class: "watch-text" }, "Watched"),
    element("span", { class: "visually-hidden" }, `: ${title}`),
  );
  return element(
    "li",
    { class: "card", "data-id": id, "data-source": source },
    frame,
    element(
      "div",
      { class: "card-text" },
      element("h3", { class: "card-title", title }, title),
      element("p", { class: "card-facts" }, ...factLines(item, nowMs)),
      element("div", { class: "card-foot" }, tags, button),
    ),
  );
}

function factLines(item: Item | undefined, nowMs: number): readonly HTMLElement[] {
  const lines: HTMLElement[] = [];
  if (item?.channel) lines.push(element("span", { class: "card-channel" }, item.channel));
  const seen = Number(item?.views);
  const published = instantMs(item?.published_at);
  const numbers = [
    item?.views !== undefined && Number.isFinite(seen) ? views(seen) : "",
    published === undefined ? "" : age(published, nowMs),
  ].filter((part) => part !== "");
  if (numbers.length > 0) lines.push(element("span", {}, numbers.join(" · ")));
  return lines;
}

/** `saving` shows the mark at once; `watched` once the Worker has it; `no` takes it back. */
export function showWatched(target: HTMLElement, state: "saving" | "watched" | "no"): void {
  target.dataset["watched"] = state;
  target.querySelector(".watch")?.setAttribute("aria-pressed", String(state !== "no"));
}
