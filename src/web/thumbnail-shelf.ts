/** Draws the pictures of the cards near the view and drops those far from it: a long feed stays light. */
import { thumbnail } from "./thumbnail.ts";

/** About a screen: drawn before they are seen, even when scrolling fast. */
const NEAR = "800px 0px";

export class ThumbnailShelf {
  readonly #observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const frame = target.firstElementChild;
        const drawn = frame?.querySelector(".thumbnail");
        if (!isIntersecting) drawn?.remove();
        else if (!drawn) frame?.prepend(thumbnail((target as HTMLElement).dataset["id"] ?? ""));
      }
    },
    { rootMargin: NEAR },
  );

  add(card: Element): void {
    this.#observer.observe(card);
  }

  clear(): void {
    this.#observer.disconnect();
  }
}
