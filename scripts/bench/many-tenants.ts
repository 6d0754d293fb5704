/**
 * Whether 120 tenants with 120 different records are as fast as one tenant with such a record: as many requests by
 * as many users, spread over all or all at one. Rounds alternate, and the median of their ratios counts.
 */
import { addTenants, type BenchTenant, type BenchWorker } from "./bench-worker.ts";
import { measuredLoad, pause, usersOf } from "./load.ts";
import { type Figure, median } from "./report.ts";

const TENANTS = 120;
/**
 * Few enough that the isolate remembers the cards of all tenants (20,000): with more, what is compared is how often
 * the catalogue is asked, and 120 catalogues are more than one.
 */
const ITEMS = 160;
/** Together fewer pages than a user's queues hold. */
const TURNS = 3;
const FILL_TURNS = 1;
const ROUNDS = 21;

const aTenant = (index: number): BenchTenant => ({
  id: `tenant-${index}`,
  items: ITEMS,
  config: {
    user_pool: { capacity: 50, low_water_mark: 10 },
    mix: { popularity: 0.4 + (index % 5) / 10, freshness: 1 - (0.4 + (index % 5) / 10) },
    weights: {
      popularity: 1 + (index % 3),
      recency: 1 + (index % 4),
      recency_half_life_hours: 24 + index,
    },
    filters: {
      excluded_tags: [`theme-${index}`],
      excluded_items: Array.from({ length: 10 }, (_, item) => itemAt((index + item * 7) % ITEMS)),
    },
    rules: [
      { type: "pin", item: itemAt((index + 1) % ITEMS), slot: index % 5 },
      { type: "boost", match: { tag: `topic-${index % 17}` }, factor: 1.5 },
      { type: "bury", match: { creator: `creator-${index}` } },
      { type: "quota", source: "freshness", min_share: 0.2 },
      { type: "cap", by: "creator", max_per_page: 2 },
    ],
    diversity: { by: index % 2 === 0 ? "tags" : "creators", strength: (index % 10) / 10 },
    exploration: { share: (index % 3) / 10 },
  },
});

const itemAt = (rank: number): string => `v${String(rank).padStart(10, "0")}`;

const SURFACES = [
  {
    name: "recommend",
    path: (tenant: string, user: string) => `/t/${tenant}/recommend/${user}?count=20`,
  },
  {
    name: "v1/feed",
    path: (tenant: string, user: string) => `/t/${tenant}/v1/feed?user_hash=${user}`,
  },
] as const;

export async function measureManyTenants(bench: BenchWorker): Promise<Figure[]> {
  const { origin } = bench;
  const tenants = Array.from({ length: TENANTS }, (_, index) => aTenant(index));
  await addTenants(bench, tenants);
  const figures: Figure[] = [];
  // What is compared is a warm isolate: one tenant's cards are in memory after a few pages, those of 120 after many.
  const cards = tenants.map(({ id }) => `/t/${id}/recommend/warm-up?count=${ITEMS}&fields=title`);
  for (const { name, path } of SURFACES) {
    const rounds: { one: number; many: number }[] = [];
    await measuredLoad(origin, cards);
    for (let round = 0; round < ROUNDS + 1; round += 1) {
      const users = usersOf(`${name.replace("/", "-")}-${round}`);
      // The one is another in each round, so that no single record decides.
      const one = users.map((user) => path(`tenant-${(round * 17) % TENANTS}`, `one-${user}`));
      const many = users.map((user, index) => path(`tenant-${index % TENANTS}`, `many-${user}`));
      for (let turn = 0; turn < FILL_TURNS; turn += 1) {
        await measuredLoad(origin, [...one, ...many]);
        await pause(150);
      }
      const measured = { one: 0, many: 0 };
      const sides = round % 2 === 0 ? (["one", "many"] as const) : (["many", "one"] as const);
      for (const side of sides) {
        const paths = side === "one" ? one : many;
        const turns = Array.from({ length: TURNS }, () => paths).flat();
        measured[side] = (await measuredLoad(origin, turns)).perSecond;
        await pause(150);
      }
      // The first round warms the runtime up.
      if (round > 0) rounds.push(measured);
    }
    figures.push(
      { name: `${name}, one tenant`, value: median(rounds.map(({ one }) => one)), unit: "req/s" },
      {
        name: `${name}, time of ${TENANTS} tenants / of one`,
        value: median(rounds.map(({ one, many }) => one / many)),
        unit: "×",
        atMost: 1.15,
      },
    );
  }
  return figures;
}
