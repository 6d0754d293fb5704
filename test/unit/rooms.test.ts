import { describe, it } from "vitest";
import { misorderedImports, renderRooms } from "../../scripts/room-rules.ts";
import { rooms } from "../../scripts/rooms.ts";
import type { Room } from "../../scripts/rooms-below.ts";

function aRoom(name: string, imports: readonly string[]): Room {
  return { name, tier: "room", path: `src/${name}/`, knows: "a noun", imports };
}

describe("the table of rooms", () => {
  it("only lists imports that go down", ({ expect }) => {
    expect(misorderedImports(rooms)).toEqual([]);
  });

  it("refuses an import that goes up, and so any cycle", ({ expect }) => {
    const table = [aRoom("feed", ["pools"]), aRoom("pools", ["feed"])];
    expect(misorderedImports(table)).toEqual([
      "pools may not list feed: it does not stand below it",
    ]);
  });

  it("refuses an import of a room that does not exist", ({ expect }) => {
    expect(misorderedImports([aRoom("feed", ["attic"])])).toHaveLength(1);
  });

  it("says in words that a room imports nothing", ({ expect }) => {
    expect(renderRooms([aRoom("domain", [])])).toContain("| nothing |");
  });
});
