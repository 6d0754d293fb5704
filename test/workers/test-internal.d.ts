/** What the test pool keeps to itself, and its types leave out. */
declare module "cloudflare:test-internal" {
  /** Ends when every promise given to `waitUntil` has ended; rejects when one of them did; gives up after 30 s. */
  export function waitForGlobalWaitUntil(): Promise<void>;
}
