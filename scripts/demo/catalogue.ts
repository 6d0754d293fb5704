/**
 * A made-up catalogue that behaves like a real one: few videos have most views, few channels have most videos,
 * and much is recent. The same seed and anchor give the same rows.
 */
import type { Maturity } from "../../src/domain/maturity.ts";
import { type Random, randomFrom, zipf } from "./random.ts";
import type { Topic } from "./topic.ts";
import { topicsIndoors } from "./topics-indoors.ts";
import { topicsOutdoors } from "./topics-outdoors.ts";

export interface DemoItem {
  readonly id: string;
  readonly title: string;
  readonly channel: string;
  readonly creator_id: string;
  readonly category: string;
  readonly tags: readonly string[];
  readonly maturity: Maturity;
  /** Few items are for some countries only, or for all but some. */
  readonly countries?: readonly string[];
  readonly blocked_countries?: readonly string[];
  readonly playback_url: string;
  readonly duration_seconds: number;
  readonly published_at: number;
  readonly views: number;
  readonly likes: number;
  readonly comments: number;
}

export interface DemoCatalogueOptions {
  readonly items: number;
  /** The youngest possible time of publication. */
  readonly anchorMs: number;
  readonly seed?: number;
}

type PolicyFacts = Pick<DemoItem, "maturity" | "countries" | "blocked_countries">;

interface Channel {
  readonly id: string;
  readonly name: string;
  readonly topic: Topic;
  /** Multiplies the views of everything it publishes. */
  readonly reach: number;
}

const topics: readonly Topic[] = [...topicsIndoors, ...topicsOutdoors];
const SEED = 20_260_801;
const CHANNELS = 400;
const CHANNEL_FIRST_WORDS = (
  "Paper,Harbour,Little,Copper,Blue,Quiet,Second,Open,Amber,Maple,River,Northern,Velvet,Lantern,Pocket," +
  "Juniper,Silver,Winter,Granite,Orchard,Marble,Sparrow,Lucky,Honest,Golden,Cobalt"
).split(",");
/** Each rating is drawn up to its chance: more than half of the catalogue is for everybody. */
const RATINGS: readonly (readonly [Maturity, number])[] = [
  ["G", 0.55],
  ["PG", 0.8],
  ["PG-13", 0.92],
  ["R", 0.98],
  ["NC-17", 1],
];
const REGIONS: readonly [readonly string[], ...(readonly string[])[]] = [
  ["DE", "AT", "CH"],
  ["US", "CA"],
  ["JP", "KR"],
];
const SHARE_FOR_SOME_COUNTRIES = 0.03;
const SHARE_BLOCKED_IN_SOME = 0.02;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** An item has most of its views after some days. */
const SETTLING_DAYS = 4;
/** Real ids of 11 characters hold 64 bits, so the last character has only 4 of them. */
const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ID_LAST = "AEIMQUYcgkosw048";

/** The anchor of a catalogue that is made now: the hour has begun, so nothing is published in the future. */
export const anchorOf = (nowMs: number): number => Math.floor(nowMs / 3_600_000) * 3_600_000;

export function* demoCatalogue(options: DemoCatalogueOptions): Generator<DemoItem> {
  const seed = options.seed ?? SEED;
  const random = randomFrom(seed);
  // What policy decides by is drawn from a chance of its own: with or without it, titles and views are the same.
  const policyRandom = randomFrom(seed + 1);
  const channels = makeChannels(random);
  const pickChannel = zipf(channels.length, 0.7);
  const titles = new Set<string>();
  for (let at = 0; at < options.items; at += 1) {
    const channel = channels[pickChannel(random)];
    if (channel === undefined) continue;
    const item = makeItem(random, channel, titles, options.anchorMs);
    yield { ...item, ...makePolicyFacts(policyRandom) };
  }
}

function makeChannels(random: Random): readonly Channel[] {
  const names = new Set<string>();
  const channels: Channel[] = [];
  for (let rank = 0; rank < CHANNELS; rank += 1) {
    const topic = topics[rank % topics.length];
    if (topic === undefined) break;
    let name: string;
    do {
      const first = CHANNEL_FIRST_WORDS[random.below(CHANNEL_FIRST_WORDS.length)] ?? "Open";
      name = `${first} ${random.pick(topic.channels)}`;
    } while (names.has(name));
    names.add(name);
    const id = `creator-${String(rank).padStart(3, "0")}`;
    channels.push({ id, name, topic, reach: Math.exp(random.normal() * 0.9) });
  }
  return channels;
}

function makeItem(
  random: Random,
  { id: creatorId, name, topic, reach }: Channel,
  titles: Set<string>,
  anchorMs: number,
): Omit<DemoItem, keyof PolicyFacts> {
  const { title, subject } = makeTitle(random, topic, titles);
  // The cube puts an eighth of the catalogue into the last day and two fifths into the last month.
  const ageMs = Math.max(5 * MINUTE_MS, Math.round(365 * DAY_MS * random.uniform() ** 3));
  const settled = 1 - Math.exp(-ageMs / DAY_MS / SETTLING_DAYS);
  const views = Math.round(Math.exp(8 + 1.9 * random.normal()) * reach * settled);
  const likes = Math.round(views * (0.015 + 0.05 * random.uniform()));
  const minutes = topic.medianMinutes * Math.exp(0.55 * random.normal());
  const id = makeId(random);
  return {
    id,
    title,
    channel: name,
    creator_id: creatorId,
    category: topic.category,
    tags: makeTags(random, topic, subject),
    duration_seconds: Math.max(20, Math.round(minutes * 60)),
    published_at: anchorMs - ageMs,
    views,
    likes,
    comments: Math.round(likes * (0.02 + 0.15 * random.uniform())),
    playback_url: `https://video.example/watch/${id}`,
  };
}

function makePolicyFacts(random: Random): PolicyFacts {
  const rating = random.uniform();
  const [maturity] = RATINGS.find(([, upTo]) => rating < upTo) ?? (["G"] as const);
  const place = random.uniform();
  const region = random.pick(REGIONS);
  if (place < SHARE_FOR_SOME_COUNTRIES) return { maturity, countries: region };
  const isBlocked = place < SHARE_FOR_SOME_COUNTRIES + SHARE_BLOCKED_IN_SOME;
  return isBlocked ? { maturity, blocked_countries: region } : { maturity };
}

/** Draws again while the title is taken; a channel that repeats itself looks made up. */
function makeTitle(
  random: Random,
  topic: Topic,
  titles: Set<string>,
): { title: string; subject: string } {
  let title = "";
  let subject = "";
  for (let attempt = 0; attempt < 20; attempt += 1) {
    subject = random.pick(topic.subjects);
    const slots: Readonly<Record<string, string>> = {
      s: subject,
      p: random.pick(topic.places),
      a: random.pick(topic.asides),
      n: String(3 + random.below(28)),
    };
    title = withArticles(
      random
        .pick(topic.titles)
        .replace(/\{([spna])\}/g, (_slot, name: string) => slots[name] ?? ""),
    );
    if (!titles.has(title)) break;
  }
  titles.add(title);
  return { title, subject };
}

/** "A old oak" becomes "An old oak", and the first letter a capital. */
function withArticles(text: string): string {
  const sounded = text.replace(/\b(a) (?=[aeiou])/gi, (_all, article: string) => `${article}n `);
  return sounded.charAt(0).toUpperCase() + sounded.slice(1);
}

function makeTags(random: Random, topic: Topic, subject: string): readonly string[] {
  const tags = new Set([subject.toLowerCase(), topic.category.toLowerCase()]);
  const wanted = 4 + random.below(2);
  while (tags.size < wanted) tags.add(random.pick(topic.tags));
  return [...tags];
}

function makeId(random: Random): string {
  let id = "";
  for (let at = 0; at < 10; at += 1) id += ID_ALPHABET.charAt(random.below(64));
  return id + ID_LAST.charAt(random.below(16));
}
