/** A cache by hand, for the bench: answers by path in a Map and in the Cache API, sent as they were kept. */
interface Kept {
  readonly bytes: ArrayBuffer;
  readonly headers: Record<string, string>;
}

const memory = new Map<string, Kept>();
/** Longer than a run of the bench. */
const EDGE_CACHE_CONTROL = "public, max-age=3600";

const edgeUrl = (path: string): string => `https://floor.invalid${path}`;

export async function keepAnswer(path: string, answer: Response): Promise<void> {
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const kept = { bytes: await answer.arrayBuffer(), headers: Object.fromEntries(answer.headers) };
  memory.set(path, kept);
  // Every answer has its own origin and credential; the floor's has neither.
  const { vary: _, ...headers } = kept.headers;
  await caches.default.put(
    edgeUrl(path),
    new Response(kept.bytes, {
      headers: { ...headers, "cache-control": EDGE_CACHE_CONTROL },
    }),
  );
}

const NOT_KEPT = { status: 404 };

export function fromMemory(path: string): Response {
  const kept = memory.get(path);
  return kept === undefined
    ? new Response(null, NOT_KEPT)
    : new Response(kept.bytes, { headers: kept.headers });
}

export const fromEdge = async (path: string): Promise<Response> =>
  (await caches.default.match(edgeUrl(path))) ?? new Response(null, NOT_KEPT);
