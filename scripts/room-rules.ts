/** What follows from the table of rooms: who may choose adapters and packages, and the table as Markdown. */
import { rooms } from "./rooms.ts";
import type { Room } from "./rooms-below.ts";

/** File name prefixes of adapters: the supplier behind a port. */
export const suppliers = [
  "redis",
  "durable",
  "sqlite",
  "kv",
  "d1",
  "postgres",
  "r2",
  "memory",
  "cache-api",
] as const;

/** Who may choose an adapter; everybody else sees the port. */
export const adapterPickers = rooms.filter((room) => room.tier === "door").map((room) => room.name);

/** Packages that only some rooms may know. */
export const packagesOfRooms = [
  {
    name: "cloudflare-only-in-doors",
    why: "rooms run in plain Node tests; only doors meet the runtime",
    packages: "^cloudflare:",
    rooms: rooms.filter((room) => room.tier === "door").map((room) => room.name),
  },
  {
    name: "hono-only-in-http",
    why: "what we know about recommending does not know that HTTP exists",
    packages: "(^|node_modules/)(hono|@hono/[^/]+)(/|$)",
    rooms: ["app", "routes"],
  },
] as const;

/** Imports of the table that do not go down. Empty, or the table itself is wrong. */
export function misorderedImports(table: readonly Room[]): string[] {
  return table.flatMap((room, position) => {
    const below = new Set(table.slice(position + 1).map((other) => other.name));
    // The page stands beside the house, not in it: it is last and may only look at `domain`.
    if (room.tier === "page") below.add("domain");
    return room.imports
      .filter((name) => !below.has(name))
      .map((name) => `${room.name} may not list ${name}: it does not stand below it`);
  });
}

/** The table as Markdown, for `docs/architecture.md`. */
export function renderRooms(table: readonly Room[]): string {
  const names = { door: "doors", room: "rooms", foundation: "foundations", page: "page" } as const;
  const rows = table.map((room) => {
    const imports = room.imports.length === 0 ? "nothing" : room.imports.join(", ");
    const link = `[\`${room.path}\`](../${room.path})`;
    return `| ${names[room.tier]} | ${link} | ${room.knows} | ${imports} |`;
  });
  return ["| Tier | Room | Knows | May import |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
