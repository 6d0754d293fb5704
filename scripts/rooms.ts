/**
 * The one table of rooms. `scripts/check-rooms.ts` turns it into import rules, `scripts/check-docs.ts` into the
 * table of `docs/architecture.md`, so neither can drift from the other.
 *
 * Order is meaning: a room may only import rooms that stand below it, which is why no list of
 * `imports` can describe a cycle (`misorderedImports` proves it for this table).
 */
export interface Room {
  readonly name: string;
  /** A door is how the runtime calls us; a room knows one noun; a foundation knows none. */
  readonly tier: "door" | "room" | "foundation" | "page";
  /** Folder (ends in `/`) or file, relative to the repository. */
  readonly path: string;
  readonly knows: string;
  readonly imports: readonly string[];
}

const foundations = ["cache", "pipeline", "platform", "observability", "domain"] as const;
const nouns = [
  "feed",
  "youtube",
  "profiles",
  "pools",
  "users",
  "catalogue",
  "access",
  "quota",
  "tenants",
  "runs",
] as const;

export const rooms: readonly Room[] = [
  {
    name: "index",
    tier: "door",
    path: "src/index.ts",
    knows: "the nameplate: what the runtime finds in this Worker",
    imports: [
      "app",
      "routes",
      "jobs",
      "services",
      "video-services",
      "l2-stores",
      "objects",
      "env",
      ...foundations,
    ],
  },
  {
    name: "app",
    tier: "door",
    path: "src/app.ts",
    knows: "HTTP composition: middleware, routes, problem answers",
    imports: [
      "routes",
      "jobs",
      "services",
      "video-services",
      "l2-stores",
      "env",
      ...nouns,
      ...foundations,
    ],
  },
  {
    name: "routes",
    tier: "door",
    path: "src/routes/",
    knows: "one endpoint a file: schema, documentation and handler",
    imports: ["jobs", "services", "video-services", "l2-stores", "env", ...nouns, ...foundations],
  },
  {
    name: "jobs",
    tier: "door",
    path: "src/jobs/",
    knows: "cron and queues: what runs without a request",
    imports: ["services", "video-services", "l2-stores", "env", ...nouns, ...foundations],
  },
  {
    name: "services",
    tier: "door",
    path: "src/services.ts",
    knows: "the only wiring: which adapter stands behind which port",
    imports: ["video-services", "l2-stores", "env", ...nouns, ...foundations],
  },
  {
    name: "video-services",
    tier: "door",
    path: "src/video-services.ts",
    knows: "the wiring of videos: keys and quotas, shared lists, kept answers",
    imports: ["env", ...nouns, ...foundations],
  },
  {
    name: "l2-stores",
    tier: "door",
    path: "src/l2-stores.ts",
    knows: "the wiring of L2: its suppliers, guards and deadlines",
    imports: ["env", ...nouns, ...foundations],
  },
  {
    name: "objects",
    tier: "door",
    path: "src/objects/",
    knows: "shells of the Durable Objects: storage in, decisions out",
    imports: ["env", "profiles", "pools", "users", "access", "quota", ...foundations],
  },
  {
    name: "env",
    tier: "door",
    path: "src/env.ts",
    knows: "bindings and settings, parsed once",
    imports: [
      "youtube",
      "profiles",
      "pools",
      "users",
      "catalogue",
      "access",
      "quota",
      "tenants",
      ...foundations,
    ],
  },
  {
    name: "feed",
    tier: "room",
    path: "src/feed/",
    knows: "the product: which items a user gets next, and why",
    imports: ["youtube", "profiles", "pools", "users", "catalogue", "tenants", ...foundations],
  },
  {
    name: "youtube",
    tier: "room",
    path: "src/youtube/",
    knows: "videos by theme: the YouTube Data API, and the lists that users of a region share",
    imports: ["quota", ...foundations],
  },
  {
    name: "profiles",
    tier: "room",
    path: "src/profiles/",
    knows:
      "what is known of one user: personality, history, feedback, and who warms up their answer",
    imports: ["users", ...foundations],
  },
  {
    name: "pools",
    tier: "room",
    path: "src/pools/",
    knows: "global pools: versions, slices, replicas, the walk of a cursor",
    imports: ["users", "catalogue", ...foundations],
  },
  {
    name: "users",
    tier: "room",
    path: "src/users/",
    knows: "what belongs to one user: queues, cooldown, lease, watched filter",
    imports: [...foundations],
  },
  {
    name: "catalogue",
    tier: "room",
    path: "src/catalogue/",
    knows: "items and what is known about them",
    imports: [...foundations],
  },
  {
    name: "access",
    tier: "room",
    path: "src/access/",
    knows: "who may do what, and how often: keys, tokens, roles, limits",
    imports: ["tenants", ...foundations],
  },
  {
    name: "quota",
    tier: "room",
    path: "src/quota/",
    knows: "calls that an API counts: who may make how many, and when",
    imports: [...foundations],
  },
  {
    name: "tenants",
    tier: "room",
    path: "src/tenants/",
    knows: "customers and their config",
    imports: [...foundations],
  },
  {
    name: "runs",
    tier: "room",
    path: "src/runs/",
    knows: "runs of jobs: who started which, when, and what came of it",
    imports: [...foundations],
  },
  {
    name: "cache",
    tier: "foundation",
    path: "src/cache/",
    knows: "tiers, windows and flights: how long which value is good for what",
    imports: ["pipeline", "platform", "observability", "domain"],
  },
  {
    name: "pipeline",
    tier: "foundation",
    path: "src/pipeline/",
    knows: "the engine: runs stages, counts what each does, fails open by policy",
    imports: ["platform", "observability", "domain"],
  },
  {
    name: "platform",
    tier: "foundation",
    path: "src/platform/",
    knows: "clock, deadlines, tokens, clients of the runtime",
    imports: ["observability", "domain"],
  },
  {
    name: "observability",
    tier: "foundation",
    path: "src/observability/",
    knows: "logs and the one row a request writes",
    imports: ["domain"],
  },
  {
    name: "domain",
    tier: "foundation",
    path: "src/domain/",
    knows: "ids, item codes, slices, failures: words without I/O",
    imports: [],
  },
  {
    name: "web",
    tier: "page",
    path: "src/web/",
    knows: "the start page; runs in the browser and stands alone",
    imports: ["domain"],
  },
];

/** File name prefixes of adapters: the supplier behind a port. */
export const suppliers = [
  "redis",
  "durable",
  "sqlite",
  "kv",
  "d1",
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
