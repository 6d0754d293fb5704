import { afterEach, describe, it, vi } from "vitest";
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import type { EventCounts } from "../../src/events/count-events.ts";
import type { EventFile } from "../../src/events/event-desk.ts";
import { writeLogLine } from "../../src/events/logged-event.ts";
import { type RestorePorts, restoreRows } from "../../src/rights/restore-rows.ts";
import { parseRestored } from "../../src/rights/restored-row.ts";

const TENANT = "acme" as TenantId;
const NOW_MS = 1_800_000_000_000;
const LINES = 30;
const text = Array.from({ length: LINES }, (_, at) =>
  writeLogLine({
    id: `e${at}`,
    type: "like",
    user: (at % 3 === 0 ? "ann" : "bob") as UserId,
    item: "a" as ItemId,
    atMs: NOW_MS - at,
    weight: 3,
  }),
)
  .map((line) => `${line}\n`)
  .join("");

/** Puts one file in, as a request does; returns what was counted, and how often a line was parsed. */
async function restored(gone: ReadonlyMap<UserId, number> = new Map()) {
  const parse = vi.spyOn(JSON, "parse");
  const files: { file: EventFile; counts: EventCounts }[] = [];
  const ports: Pick<RestorePorts, "deletions" | "log" | "ledger"> = {
    deletions: { deletedAt: async () => gone },
    log: { put: async () => undefined, read: async () => undefined },
    ledger: {
      add: async (file, counts) => {
        files.push({ file, counts });
        return "added";
      },
    },
  };
  const row = parseRestored({ kind: "log", shard: 0, seq: 7, day: 20_454, text });
  if (!row.ok) throw new Error(row.reason);
  await restoreRows(ports as RestorePorts, TENANT, [row.row], NOW_MS);
  return { ...files[0], parsed: parse.mock.calls.length };
}

describe("a file of the log that is restored", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("is counted whole, and parsed once", async ({ expect }) => {
    const { file, counts, parsed } = await restored();
    expect(file).toMatchObject({ events: LINES, minMs: NOW_MS - LINES + 1, maxMs: NOW_MS });
    expect(counts?.days).toMatchObject([{ item: "a", type: "like", count: LINES }]);
    expect(parsed).toBe(LINES);
  });

  it("is counted without those who were deleted since", async ({ expect }) => {
    const { file, counts } = await restored(new Map([["ann" as UserId, NOW_MS]]));
    expect(file?.events).toBe(20);
    expect(counts?.days).toMatchObject([{ count: 20 }]);
  });
});
