import { describe, it } from "vitest";
import { pacificDayOf } from "../../src/quota/pacific-day.ts";

const HOUR = 3_600_000;

const dayOf = (text: string) => {
  const { startMs, endMs } = pacificDayOf(Date.parse(text));
  return {
    start: new Date(startMs).toISOString(),
    end: new Date(endMs).toISOString(),
    hours: (endMs - startMs) / HOUR,
  };
};

describe("a Pacific day", () => {
  it("lies between midnights of Los Angeles, in winter and in summer", ({ expect }) => {
    expect(dayOf("2026-01-10T07:59:59.999Z")).toEqual({
      start: "2026-01-09T08:00:00.000Z",
      end: "2026-01-10T08:00:00.000Z",
      hours: 24,
    });
    expect(dayOf("2026-01-10T08:00:00Z").start).toBe("2026-01-10T08:00:00.000Z");
    expect(dayOf("2026-07-31T23:00:00Z")).toEqual({
      start: "2026-07-31T07:00:00.000Z",
      end: "2026-08-01T07:00:00.000Z",
      hours: 24,
    });
  });

  it("has 23 hours when daylight time begins, and 25 when it ends", ({ expect }) => {
    expect(dayOf("2026-03-08T12:00:00Z")).toEqual({
      start: "2026-03-08T08:00:00.000Z",
      end: "2026-03-09T07:00:00.000Z",
      hours: 23,
    });
    expect(dayOf("2026-11-01T09:30:00Z")).toEqual({
      start: "2026-11-01T07:00:00.000Z",
      end: "2026-11-02T08:00:00.000Z",
      hours: 25,
    });
  });

  it("follows the one before without a gap, for three years", ({ expect }) => {
    let day = pacificDayOf(Date.parse("2025-12-31T12:00:00Z"));
    const lengths = new Map<number, number>();
    for (let count = 0; count < 1_096; count += 1) {
      const next = pacificDayOf(day.endMs);
      if (next.startMs !== day.endMs) throw new Error(`a gap after ${day.startMs}`);
      if (pacificDayOf(day.endMs - 1).endMs !== day.endMs) throw new Error("an early end");
      day = next;
      const hours = (day.endMs - day.startMs) / HOUR;
      lengths.set(hours, (lengths.get(hours) ?? 0) + 1);
    }
    expect(Object.fromEntries(lengths)).toEqual({ 23: 3, 24: 1_090, 25: 3 });
  });
});
