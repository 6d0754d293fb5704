/** Lets the calls of one request through a few at a time, the most wanted first. */
import type { YouTubeClient } from "./youtube-client.ts";

export type CallGate = <Value>(rank: number, work: () => Promise<Value>) => Promise<Value>;

/** Ranks count from 0, the most wanted. A call in progress is never held up by one that waits: there is no deadlock. */
export function callGate(width: number): CallGate {
  let running = 0;
  const waiting: { readonly rank: number; readonly enter: () => void }[] = [];

  function leave(): void {
    running -= 1;
    const [first] = waiting.toSorted((a, b) => a.rank - b.rank);
    if (first === undefined) return;
    waiting.splice(waiting.indexOf(first), 1);
    running += 1;
    first.enter();
  }

  return async function gate(rank, work) {
    if (running < width) running += 1;
    else await new Promise<void>((enter) => waiting.push({ rank, enter: () => enter() }));
    try {
      return await work();
    } finally {
      leave();
    }
  };
}

/** The client, behind a gate: only calls stand in line, not lists, which may wait for each other. */
export const gatedClient = (
  client: YouTubeClient,
  gate: CallGate,
  rank: number,
): YouTubeClient => ({
  chart: (...call) => gate(rank, () => client.chart(...call)),
  uploads: (...call) => gate(rank, () => client.uploads(...call)),
  search: (...call) => gate(rank, () => client.search(...call)),
  videos: (...call) => gate(rank, () => client.videos(...call)),
});
