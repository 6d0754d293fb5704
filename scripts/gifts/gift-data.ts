/** System E's tables with made-up rows, the same every time: few gifts are liked often, most hardly ever. */
import { type Random, randomFrom, zipf } from "../demo/random.ts";

export interface GiftSize {
  readonly items: number;
  readonly users: number;
  readonly likes: number;
  readonly clicks: number;
}

/** As system E had them. */
export const FULL_SIZE: GiftSize = {
  items: 16_000,
  users: 128_000,
  likes: 600_000,
  clicks: 800_000,
};
export const SMALL_SIZE: GiftSize = { items: 200, users: 300, likes: 1_500, clicks: 2_000 };

export const GIFT_TABLES = `
CREATE TABLE users (
  id bigint PRIMARY KEY, gender text, birth_date date, locale text, geo_id text,
  created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE handpicked_presents (
  id bigint PRIMARY KEY, user_id bigint, title text NOT NULL, price numeric(10, 2), platform text,
  geo_id text NOT NULL, status text NOT NULL, categories jsonb NOT NULL,
  created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE handpicked_likes (
  id bigint PRIMARY KEY, user_id bigint NOT NULL, handpicked_present_id bigint NOT NULL,
  created_at timestamp NOT NULL);
CREATE TABLE handpicked_present_clicks (
  id bigint PRIMARY KEY, user_id bigint, handpicked_present_id bigint NOT NULL,
  created_at timestamp NOT NULL);`;

/** After the rows: filling a table that has indexes takes twice as long. */
export const GIFT_INDEXES = `
CREATE INDEX ON users (updated_at, id);
CREATE INDEX ON handpicked_presents (updated_at, id) WHERE user_id IS NULL;
CREATE INDEX ON handpicked_likes (created_at, id);
CREATE INDEX ON handpicked_likes (user_id, created_at, id);
CREATE INDEX ON handpicked_present_clicks (created_at, id);
CREATE INDEX ON handpicked_present_clicks (user_id, created_at, id);
ANALYZE;`;

const DAY_MS = 86_400_000;
/** Likes and clicks are of the last 90 days: what is older counts for nothing. */
const DAYS = 90;
const GROUPS = 12;
/** A prime, so that each user has an id of their own. */
const ID_STEP = 7_919;
const WORDS = ["candle", "mug", "scarf", "game", "book", "plant", "lamp", "watch"] as const;
const CATEGORIES = ["home", "beauty", "tech", "books", "toys", "sport", "food", "art"] as const;
const GENDERS = ["f", "m", "any", "any"] as const;
const AGES = ["18-24", "25-34", "35-44", "45+", "any"] as const;
const PLACES = ["DE", "DE", "US", "FR", "GB"] as const;

const stamp = (ms: number): string => new Date(ms).toISOString().slice(0, 23);
const line = (...fields: readonly (string | number | null)[]): string =>
  `${fields.map((field) => field ?? "\\N").join("\t")}\n`;

/** Lines of COPY's text format by table. Ages count from `nowMs`. */
export function giftRows(
  size: GiftSize,
  nowMs: number,
): Readonly<Record<string, Iterable<string>>> {
  return {
    users: usersOf(size, nowMs),
    handpicked_presents: presentsOf(size, nowMs),
    handpicked_likes: signalsOf(size, size.likes, 3, nowMs),
    handpicked_present_clicks: signalsOf(size, size.clicks, 4, nowMs),
  };
}

function* usersOf({ users }: GiftSize, nowMs: number): Generator<string> {
  const random = randomFrom(1);
  for (let id = 1; id <= users; id += 1) {
    const bornMs = nowMs - (18 + random.uniform() * 50) * 365.25 * DAY_MS;
    const gender = random.pick(["male", "female", null] as const);
    const madeMs = nowMs - (DAYS + random.uniform() * 300) * DAY_MS;
    const born = stamp(bornMs).slice(0, 10);
    yield line(id, gender, born, "en", random.pick(PLACES), stamp(madeMs), stamp(madeMs));
  }
}

function* presentsOf({ items }: GiftSize, nowMs: number): Generator<string> {
  const random = randomFrom(2);
  for (let id = 1; id <= items; id += 1) {
    const categories = JSON.stringify({
      category: [random.pick(CATEGORIES)],
      gender: random.pick(GENDERS),
      age: [random.pick(AGES)],
      suitable_for: [random.pick(["friend", "family/relative", "colleague"] as const)],
      acquaintance_level: random.pick(["close", "distant"] as const),
    });
    // One in 20 belongs to a user, and one in 20 is sold out.
    const owner = random.below(20) === 0 ? 1 + random.below(100) : null;
    const status = random.below(20) === 0 ? "out_of_stock" : "in_stock";
    const price = (5 + random.uniform() ** 2 * 200).toFixed(2);
    const madeMs = stamp(nowMs - (1 + random.uniform() * 400) * DAY_MS);
    const title = `A ${random.pick(WORDS)} no. ${id}`;
    const shop = random.pick(["amazon", "etsy", "ozon"] as const);
    yield line(
      id,
      owner,
      title,
      price,
      shop,
      random.pick(PLACES),
      status,
      categories,
      madeMs,
      madeMs,
    );
  }
}

/** Users of one group like gifts of the same group, so that there is something to learn. */
function* signalsOf(
  { items, users }: GiftSize,
  count: number,
  seed: number,
  nowMs: number,
): Generator<string> {
  const random = randomFrom(seed);
  const pickUser = zipf(users, 0.6);
  const pickItem = zipf(items, 0.9);
  const spanMs = DAYS * DAY_MS;
  for (let id = 1; id <= count; id += 1) {
    const user = pickUser(random);
    const atMs = nowMs - spanMs + (spanMs * (id - 1)) / count;
    // Busy users are not the first ones: any few thousand of them have as many rows.
    const userId = 1 + ((user * ID_STEP) % users);
    yield line(id, userId, itemFor(user, items, pickItem(random), random) + 1, stamp(atMs));
  }
}

function itemFor(user: number, items: number, rank: number, random: Random): number {
  if (random.below(10) < 3) return rank;
  return Math.min(items - 1, rank - (rank % GROUPS) + (user % GROUPS));
}
