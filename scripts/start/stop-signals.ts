/** Ctrl-C, once, however often it comes: npm, the terminal and bootstrap.mjs each pass it on. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const name of SIGNALS) process.on(name, () => stopping.abort());
  return stopping.signal;
}

/** For who must say farewell to a Worker. */
export interface StopSignals {
  /** Aborted by the first of them; the others do nothing. */
  readonly signal: AbortSignal;
  readonly stopped: Promise<"stopped">;
  /** Once the Worker runs it is ours to end it: Miniflare's own handlers would cut the farewell short. */
  takeOver(): void;
}

export function listenForStop(): StopSignals {
  const stopping = new AbortController();
  const { signal } = stopping;
  const stopped = new Promise<"stopped">((resolve) => {
    signal.addEventListener("abort", () => resolve("stopped"));
  });
  const stop = (): void => {
    if (signal.aborted) return;
    console.log("\n  Stopping …");
    // Miniflare ends this process by itself while it is starting, with the code of an accident.
    process.once("exit", () => {
      process.exitCode = 0;
    });
    stopping.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  return {
    signal,
    stopped,
    takeOver() {
      for (const name of SIGNALS) {
        for (const listener of process.listeners(name)) {
          if (listener !== stop) process.off(name, listener);
        }
      }
    },
  };
}
