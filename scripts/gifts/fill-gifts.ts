import { GIFT_INDEXES, GIFT_TABLES, giftRows, type GiftSize } from "./gift-data.ts";
import type { PostgresCluster } from "./postgres-cluster.ts";

/** COPY wants pieces, not lines: a write of 60 bytes costs as much as one of 60 KB. */
const PIECE_LINES = 1_000;

/** Makes the tables anew. */
export async function fillGifts(
  cluster: PostgresCluster,
  size: GiftSize,
  nowMs: number,
): Promise<void> {
  const rows = giftRows(size, nowMs);
  await cluster.psql(`DROP TABLE IF EXISTS ${Object.keys(rows).join(", ")}; ${GIFT_TABLES}`);
  for (const [table, lines] of Object.entries(rows)) {
    await cluster.psql(`COPY ${table} FROM STDIN`, pieces(lines));
  }
  await cluster.psql(GIFT_INDEXES);
}

function* pieces(lines: Iterable<string>): Generator<string> {
  let piece: string[] = [];
  for (const line of lines) {
    piece.push(line);
    if (piece.length < PIECE_LINES) continue;
    yield piece.join("");
    piece = [];
  }
  yield piece.join("");
}
