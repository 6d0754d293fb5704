/**
 * Repeats work that is safe to repeat until it succeeds: for what must not be lost behind an answer. The waits
 * add up to 15.5 s, within the 30 s that the runtime grants work after a response.
 */
const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000] as const;

export async function retrying<Value>(work: () => Promise<Value>): Promise<Value> {
  for (const waitMs of WAITS_MS) {
    try {
      return await work();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return work();
}
