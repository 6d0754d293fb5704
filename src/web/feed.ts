/** The feed: asks for page after page while the end is near the view, and counts what it was given. */
import type { SourceName } from "../domain/slices.ts";
import { loadPage, type Meta, type Page, ProblemError, type Timing } from "./api.ts";
import { card } from "./card.ts";
import { element } from "./dom.ts";
import { milliseconds, plural } from "./format.ts";
import type { View } from "./location-hash.ts";
import { endOfFeed, loading, noPools, problem } from "./notices.ts";
import { ThumbnailShelf } from "./thumbnail-shelf.ts";

export interface PageServed {
  readonly number: number;
  readonly sources: readonly SourceName[];
  readonly meta: Meta;
  readonly timing: Timing;
}

export interface Tally {
  readonly served: number;
  readonly repeats: number;
}

interface Surroundings {
  readonly feed: HTMLElement;
  readonly tail: HTMLElement;
  readonly onPage: (page: PageServed, tally: Tally) => void;
  readonly onAnotherUser: () => void;
}

/** A page is asked for when the end is this near: a screen or two of scrolling. */
const NEAR_END = "1600px 0px";

const TIERS: Readonly<Record<string, string>> = {
  l1: "from isolate memory (L1)",
  l2: "from the store (L2)",
  replica: "from the pool replica",
};

export class Feed {
  readonly #around: Surroundings;
  readonly #shelf = new ThumbnailShelf();
  readonly #endObserver: IntersectionObserver;
  /** Ids served to each user since the page was opened: changing the kind of feed forgets nothing. */
  readonly #seen = new Map<string, { readonly ids: Set<string>; repeats: number }>();
  #view: View | undefined;
  #run = new AbortController();
  #state: "idle" | "loading" | "stopped" = "stopped";
  #next: string | undefined;
  #retryKey = "";
  #pages = 0;
  #emptyPages = 0;
  #endNear = false;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#endObserver = new IntersectionObserver(
      ([entry]) => {
        this.#endNear = entry?.isIntersecting ?? false;
        if (this.#endNear && this.#state === "idle") void this.#load();
      },
      { rootMargin: NEAR_END },
    );
    this.#endObserver.observe(around.tail);
  }

  start(view: View): void {
    this.#run.abort();
    this.#run = new AbortController();
    this.#view = view;
    this.#next = undefined;
    // Another view is no retry: with the key of an unanswered request it would get that one's page.
    this.#retryKey = "";
    this.#pages = 0;
    this.#emptyPages = 0;
    this.#shelf.clear();
    this.#around.feed.replaceChildren();
    void this.#load();
  }

  tally(): Tally {
    const seen = this.#seenByUser();
    return { served: (seen?.ids.size ?? 0) + (seen?.repeats ?? 0), repeats: seen?.repeats ?? 0 };
  }

  stop(say: HTMLElement): void {
    this.#run.abort();
    this.#state = "stopped";
    this.#around.feed.replaceChildren();
    this.#settle(say);
  }

  async #load(): Promise<void> {
    const view = this.#view;
    if (view === undefined) return;
    const { signal } = this.#run;
    this.#state = "loading";
    this.#around.feed.setAttribute("aria-busy", "true");
    this.#around.tail.replaceChildren(loading(() => undefined));
    if (this.#retryKey === "") this.#retryKey = crypto.randomUUID();
    try {
      const { page, timing } = await loadPage({
        tenant: view.tenant,
        user: view.user,
        recType: view.recType,
        count: view.size,
        retryKey: this.#retryKey,
        signal,
        ...(this.#next === undefined ? {} : { page: this.#next }),
      });
      if (signal.aborted) return;
      this.#retryKey = "";
      this.#accept(view, page, timing);
    } catch (cause) {
      if (signal.aborted) return;
      this.#refuse(view, cause);
    }
  }

  #accept(view: View, page: Page, timing: Timing): void {
    const hadNone = page.videos.length === 0;
    this.#emptyPages = hadNone ? this.#emptyPages + 1 : 0;
    if (!hadNone) this.#append(page, timing);
    else
      this.#around.onPage(
        { number: this.#pages, sources: [], meta: page.meta, timing },
        this.tally(),
      );
    this.#next = page.meta.next_page ?? undefined;
    if (hadNone && this.#pages === 0 && !page.meta.pools?.version) {
      this.#stopWith(noPools(view.tenant, () => this.#resume()));
    } else if (this.#next === undefined || this.#emptyPages > 0) {
      this.#stopWith(endOfFeed(this.tally().served, this.#around.onAnotherUser));
    } else {
      this.#state = "idle";
      this.#settle(loading(() => this.#resume()));
      // The observer speaks only when the end comes near or goes away: ask it again.
      this.#endObserver.unobserve(this.#around.tail);
      this.#endObserver.observe(this.#around.tail);
    }
  }

  #refuse(view: View, cause: unknown): void {
    const fault =
      cause instanceof ProblemError
        ? cause
        : new ProblemError("The answer could not be read.", 0, "UNREADABLE");
    if (!(cause instanceof ProblemError)) console.error(cause);
    const say =
      fault.code === "POOLS_UNAVAILABLE" && fault.status === 404
        ? noPools(view.tenant, () => this.#resume())
        : problem(fault, () => this.#resume());
    this.#stopWith(say);
  }

  #resume(): void {
    if (this.#state !== "loading") void this.#load();
  }

  #stopWith(say: HTMLElement): void {
    this.#state = "stopped";
    this.#settle(say);
  }

  #settle(say: HTMLElement): void {
    this.#around.feed.setAttribute("aria-busy", "false");
    this.#around.tail.replaceChildren(say);
  }

  #append(page: Page, timing: Timing): void {
    this.#pages += 1;
    const seen = this.#seenByUser() ?? { ids: new Set<string>(), repeats: 0 };
    const nowMs = Date.now();
    const items = new Map(page.items?.map((item) => [item.id, item]));
    const cards = page.videos.map((id, position) => {
      const repeated = seen.ids.has(id);
      if (repeated) seen.repeats += 1;
      seen.ids.add(id);
      const source = page.meta.item_sources[position] ?? "fallback";
      return card({ id, source, item: items.get(id), repeated }, nowMs);
    });
    const title = element(
      "h2",
      { class: "page-title" },
      element("span", { class: "page-number" }, `Page ${this.#pages}`),
      element(
        "span",
        { class: "page-facts" },
        `${plural(cards.length, "item")} in ${milliseconds(timing.measuredMs)} ` +
          `${TIERS[page.meta.cache] ?? page.meta.cache}${page.meta.degraded ? ", degraded" : ""}`,
      ),
    );
    const list = element("ul", { class: "cards", role: "list" }, ...cards);
    this.#around.feed.append(element("section", { class: "page" }, title, list));
    for (const made of cards) this.#shelf.add(made);
    const sources = page.videos.map((_, at) => page.meta.item_sources[at] ?? "fallback");
    this.#around.onPage({ number: this.#pages, sources, meta: page.meta, timing }, this.tally());
  }

  #seenByUser(): { readonly ids: Set<string>; repeats: number } | undefined {
    if (this.#view === undefined) return undefined;
    const key = `${this.#view.tenant} ${this.#view.user}`;
    const seen = this.#seen.get(key) ?? { ids: new Set<string>(), repeats: 0 };
    this.#seen.set(key, seen);
    return seen;
  }
}
