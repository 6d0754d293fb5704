/** One session of one user: signs in, looks, watches, says what it thinks, asks for more, and leaves. */
import type { ItemId } from "../../src/domain/ids.ts";
import { DEFAULT_INPUTS, type VideoInputs } from "../../src/feed/video-inputs.ts";
import type { FeedbackType } from "../../src/profiles/profile.ts";
import type { Random } from "../demo/random.ts";
import type { Isolate } from "./isolate.ts";
import type { Person, Session } from "./people.ts";
import type { VideoBody } from "./video-body.ts";
import type { World } from "./world.ts";

export interface VisitPorts {
  readonly world: World;
  /** Chance of behaviour alone: what the product draws does not change what users do. */
  readonly random: Random;
  /** The isolate that happens to answer a request from this place. */
  readonly isolateAt: (place: number) => Isolate;
}

/** Relative; what a user does next. */
const HABITS = {
  look: 30,
  watch: 24,
  like: 8,
  dislike: 4,
  skip: 8,
  refresh: 6,
  trending: 6,
  category: 4,
  quiet: 3,
  tabs: 4,
  leave: 18,
} as const;
type Habit = keyof typeof HABITS;

const CATEGORIES = ["music", "gaming", "science & technology", "sports", "comedy", "education"];
const SIGNS_IN = 0.85;
const LOOKS_AFTER_FEEDBACK = 0.6;
const IMPATIENT = 0.15;
const ELSEWHERE = 0.03;
const LONG_VISITS = 30;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

export async function visit(ports: VisitPorts, { person, long }: Session): Promise<void> {
  const { world, random } = ports;
  const { clock } = world;
  const think = (leastMs: number, meanMs: number): Promise<void> =>
    clock.sleep(leastMs - meanMs * Math.log(1 - random.uniform()));
  const inputs = { ...DEFAULT_INPUTS, maxResults: random.uniform() < 0.9 ? 20 : 50 };
  if (random.uniform() < SIGNS_IN) {
    await signIn(ports, person);
    await think(SECOND_MS, 2 * SECOND_MS);
  }
  let body = await look(ports, person, inputs);
  for (let step = 0; ; step += 1) {
    await (long ? think(2 * MINUTE_MS, 2 * MINUTE_MS) : think(5 * SECOND_MS, 70 * SECOND_MS));
    const habit = long && step < LONG_VISITS && random.uniform() < 0.7 ? "look" : habitOf(random);
    switch (habit) {
      case "leave":
        return;
      case "look":
        body = await look(ports, person, inputs);
        break;
      case "tabs": {
        const [first] = await Promise.all([
          look(ports, person, inputs),
          look(ports, person, inputs),
        ]);
        body = first;
        break;
      }
      case "refresh": {
        const times = random.uniform() < IMPATIENT ? 3 + random.below(8) : 1;
        for (let time = 0; time < times; time += 1) {
          body = await look(ports, person, inputs, true);
          if (time + 1 < times) await think(SECOND_MS, SECOND_MS);
        }
        break;
      }
      case "trending":
        await look(ports, person, { ...inputs, surface: "trending" });
        break;
      case "category":
        await look(ports, person, { ...inputs, category: CATEGORIES[random.below(6)] });
        break;
      case "quiet":
        await look(ports, person, { ...inputs, includeTrending: false });
        break;
      case "watch":
      case "like":
      case "dislike":
      case "skip": {
        const video = body.data.recommendations[random.below(20)];
        if (video === undefined) break;
        const lengthSeconds = video.duration_seconds ?? 300;
        if (habit === "watch")
          await think(20 * SECOND_MS, Math.min(lengthSeconds, 600) * SECOND_MS);
        await tell(ports, person, habit, video.id, lengthSeconds);
        if (habit === "watch" || random.uniform() < LOOKS_AFTER_FEEDBACK) {
          await think(SECOND_MS / 2, 2 * SECOND_MS);
          body = await look(ports, person, inputs);
        }
      }
    }
  }
}

function habitOf(random: Random): Habit {
  const habits = Object.entries(HABITS) as [Habit, number][];
  let aim = random.uniform() * habits.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [habit, weight] of habits) {
    aim -= weight;
    if (aim < 0) return habit;
  }
  return "leave";
}

/** Mostly where the user lives. */
const placeOf = ({ random, world }: VisitPorts, { place }: Person): number =>
  random.uniform() < ELSEWHERE ? random.below(world.edges.length) : place;

async function signIn(ports: VisitPorts, person: Person): Promise<void> {
  const { world, isolateAt } = ports;
  const { tally, clock } = world;
  const isolate = isolateAt(placeOf(ports, person));
  tally.request("sign-in (prefetch)", clock.nowMs);
  const call = isolate.callOf(person.key, person.country);
  tally.warms("sign-in", person.key, call.nowMs);
  const { status } = await isolate.answers.prefetch(call, DEFAULT_INPUTS);
  tally.warmUp("sign-in", status);
}

async function look(
  ports: VisitPorts,
  person: Person,
  inputs: VideoInputs,
  refresh = false,
): Promise<VideoBody> {
  const { world, isolateAt } = ports;
  const { tally, clock } = world;
  const { key, country } = person;
  const isolate = isolateAt(placeOf(ports, person));
  const startedMs = clock.nowMs;
  tally.request(refresh ? "force_refresh" : inputs.surface, startedMs);
  const call = isolate.callOf(key, country);
  const answer = await isolate.answers.answer(call, inputs, refresh);
  const endedMs = clock.nowMs;
  return tally.answer({ key, country, inputs, refresh, startedMs, endedMs }, answer);
}

async function tell(
  ports: VisitPorts,
  person: Person,
  type: FeedbackType,
  video: ItemId,
  lengthSeconds: number,
): Promise<void> {
  const { world, isolateAt, random } = ports;
  const { tally, clock } = world;
  const isolate = isolateAt(placeOf(ports, person));
  tally.request(`feedback: ${type}`, clock.nowMs);
  const watched = { watchSeconds: lengthSeconds * random.uniform(), totalSeconds: lengthSeconds };
  await isolate.tell(person.key, {
    video,
    type,
    atMs: clock.nowMs,
    ...(type === "watch" ? watched : {}),
  });
  tally.changed(person.key);
  if (type === "watch" || type === "dislike") tally.gone(person.key, video);
}
