/**
 * A made-up catalogue that behaves like a real one: few videos have most views, few channels have most videos,
 * and much is recent. The same seed and anchor give the same rows.
 */
import { type Random, randomFrom, zipf } from "./random.ts";
import type { Topic } from "./topic.ts";
import { topicsIndoors } from "./topics-indoors.ts";
import { topicsOutdoors } from "./topics-outdoors.ts";

export interface DemoItem {
  readonly id: string;
  readonly title: string;
  readonly channel: string;
  readonly category: string;
  readonly tags: readonly string[];
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

interface Channel {
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
  const random = randomFrom(options.seed ?? SEED);
  const channels = makeChannels(random);
  const pickChannel = zipf(channels.length, 0.7);
  const titles = new Set<string>();
  for (let at = 0; at < options.items; at += 1) {
    const channel = channels[pickChannel(random)];
    if (channel !== undefined) yield makeItem(random, channel, titles, options.anchorMs);
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
    channels.push({ name, topic, reach: Math.exp(random.normal() * 0.9) });
  }
  return channels;
}

function makeItem(
  random: Random,
  { name, topic, reach }: Channel,
  titles: Set<string>,
  anchorMs: number,
): DemoItem {
  const { title, subject } = makeTitle(random, topic, titles);
  // The cube puts an eighth of the catalogue into the last day and two fifths into the last month.
  const ageMs = Math.max(5 * MINUTE_MS, Math.round(365 * DAY_MS * random.uniform() ** 3));
  const settled = 1 - Math.exp(-ageMs / DAY_MS / SETTLING_DAYS);
  const views = Math.round(Math.exp(8 + 1.9 * random.normal()) * reach * settled);
  const likes = Math.round(views * (0.015 + 0.05 * random.uniform()));
  const minutes = topic.medianMinutes * Math.exp(0.55 * random.normal());
  return {
    id: makeId(random),
    title,
    channel: name,
    category: topic.category,
    tags: makeTags(random, topic, subject),
    duration_seconds: Math.max(20, Math.round(minutes * 60)),
    published_at: anchorMs - ageMs,
    views,
    likes,
    comments: Math.round(likes * (0.02 + 0.15 * random.uniform())),
  };
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
