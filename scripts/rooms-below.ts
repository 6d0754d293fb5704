/** What a room is, and what every room stands on. */
export interface Room {
  readonly name: string;
  /** A door is how the runtime calls us; a room knows one noun; a foundation knows none. */
  readonly tier: "door" | "room" | "foundation" | "page";
  /** Folder (ends in `/`) or file, relative to the repository. */
  readonly path: string;
  readonly knows: string;
  readonly imports: readonly string[];
}

export const belowRooms: readonly Room[] = [
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
