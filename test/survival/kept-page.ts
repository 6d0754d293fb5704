/** A shared cache before the feed: keeps what it may, for as long as it may, and asks whether it is still good. */
export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

export type Fetch = (headers: Record<string, string>) => Promise<Answer>;

interface Kept {
  readonly text: string;
  readonly tag: string | null;
  freshUntilMs: number;
}

export class KeptPage {
  readonly #fetch: Fetch;
  #kept: Kept | undefined;
  /** Pages served without asking, and pages that were said to be good still. */
  served = 0;
  confirmed = 0;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  async load(): Promise<string> {
    const kept = this.#kept;
    if (kept !== undefined && performance.now() < kept.freshUntilMs) {
      this.served += 1;
      return kept.text;
    }
    const tag = kept?.tag ?? null;
    const answer = await this.#fetch(tag === null ? {} : { "If-None-Match": tag });
    const text = await answer.text();
    // From when the answer is there: no cache keeps a page for longer.
    const freshUntilMs = performance.now() + secondsOf(answer) * 1_000;
    if (answer.status === 304 && kept !== undefined) {
      this.confirmed += 1;
      kept.freshUntilMs = freshUntilMs;
      return kept.text;
    }
    if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
    this.#kept = { text, tag: answer.headers.get("ETag"), freshUntilMs };
    return text;
  }
}

const secondsOf = ({ headers }: Answer): number =>
  Number(/^public, max-age=(\d+)/.exec(headers.get("Cache-Control") ?? "")?.[1] ?? 0);
