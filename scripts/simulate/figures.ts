/** What a day amounts to: its promises, and the table that is printed. */
import { type Figure, missed, printFigure } from "../bench/report.ts";
import type { Day } from "./play-day.ts";
import { add, type Hour } from "./tally.ts";

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** In the order in which tiers are asked. */
const ANSWER_TIERS = ["memory", "edge", "l2"];
const LIST_TIERS = ["memory", "edge", "kv"];
const SYSTEM_D_SEARCHES = { least: 9, most: 17 };

/** Of hours, or of a single one. */
export function totalOf(hours: readonly Hour[], of: "answers" | "lists"): Record<string, number> {
  const total: Record<string, number> = {};
  for (const hour of hours) {
    for (const [name, count] of Object.entries(hour[of])) add(total, name, count);
  }
  return total;
}

/** Found in a tier. What was made, by this request or by one that it waited for, is no hit. */
export function hitsOf(counts: Readonly<Record<string, number>>): number {
  const { made = 0, failed = 0 } = counts;
  return sumOf(counts) - made - failed;
}

export function printDay(day: Day): boolean {
  const { tally, calls, violations, left } = day;
  const answers = totalOf(tally.hours, "answers");
  const lists = totalOf(tally.hours, "lists");
  const figures: Figure[] = [];
  const say = (section: string, ...found: readonly Figure[]): void => {
    console.log(`\n${section}`);
    for (const figure of found) printFigure(figure);
    figures.push(...found);
  };
  const counted = (counts: Readonly<Record<string, number>>, unit = ""): Figure[] =>
    Object.entries(counts)
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, value]) => ({ name, value, unit }));
  const shares = (counts: Readonly<Record<string, number>>, names: readonly string[]): Figure[] =>
    names.map((name) => ({
      name,
      value: percent(counts[name] ?? 0, sumOf(counts)),
      unit: "%",
      note: `${counts[name] ?? 0} of ${sumOf(counts)}`,
    }));

  say("Requests", ...counted(tally.requests));

  const methods: Record<string, number> = {};
  for (const { method, status } of calls) {
    if (method in METHODS) add(methods, `${METHODS[method] ?? method}, answered with ${status}`);
  }
  const made = sumOf(methods);
  const last = left.at(-1) ?? { search: 0, units: 0 };
  const { search_per_day, units_per_day } = day.limits;
  const answered = sumOf(answers);
  say(
    "Calls of YouTube",
    ...counted(methods),
    { name: "calls over a limit", value: violations.length, unit: "", atMost: 0 },
    { name: "searches used", value: search_per_day - last.search, unit: `of ${search_per_day}` },
    { name: "units used", value: units_per_day - last.units, unit: `of ${units_per_day}` },
    {
      name: "calls of the same answers without any cache",
      value: tally.callsWithoutCache,
      unit: "",
    },
    {
      name: "calls saved",
      value: percent(tally.callsWithoutCache - made, tally.callsWithoutCache),
      unit: "%",
      atLeast: 90,
    },
    {
      name: "searches that system D would have made of cold requests",
      value: answered * SYSTEM_D_SEARCHES.least,
      unit: "",
      note: `at least; at most ${answered * SYSTEM_D_SEARCHES.most}`,
    },
  );

  const wanted = answered + sumOf(lists);
  say("Where answers came from", ...shares(answers, [...ANSWER_TIERS, "made"]), {
    name: "stale, a newer one on its way",
    value: percent(tally.staleAnswers, answered),
    unit: "%",
  });
  say(
    "Why answers were made",
    ...Object.entries(tally.made)
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, value]) => ({
        name,
        value: percent(value, answers["made"] ?? 0),
        unit: "%",
        note: String(value),
      })),
    {
      name: "hit ratio where nothing new was said or asked for",
      value: percent(hitsOf(answers), answered - asksForNew(tally.made)),
      unit: "%",
    },
  );
  say("Where lists came from", ...shares(lists, [...LIST_TIERS, "made", "failed"]), {
    name: "stale, a newer one on its way",
    value: percent(tally.staleLists, sumOf(lists)),
    unit: "%",
  });
  say("Cache as a whole", {
    name: "reads of answers and lists that a tier answered",
    value: percent(hitsOf(answers) + hitsOf(lists), wanted),
    unit: "%",
    atLeast: 80,
    note: `of ${wanted}`,
  });

  const { avoidable, exhausted, inCategory, examples } = tally.repeats;
  say(
    "Quality of answers",
    { name: "degraded", value: percent(sumOf(tally.degraded), answered), unit: "%" },
    ...counted(tally.degraded).map((figure) => ({ ...figure, name: `  ${figure.name}` })),
    { name: "answers that lacked a list", value: percent(tally.incomplete, answered), unit: "%" },
    {
      name: "new answers that repeated a video while others were left",
      value: avoidable,
      unit: "",
      atMost: 0,
    },
    { name: "… of one category, whose lists were used up", value: inCategory, unit: "" },
    { name: "… while none was left", value: exhausted, unit: "" },
    { name: "refreshes throttled", value: tally.throttled, unit: "" },
  );
  for (const example of examples.slice(0, 3)) console.log(`    ${example}`);

  const waits = tally.waitsMs.toSorted((a, b) => a - b);
  say(
    "Waiting, with simulated round trips",
    { name: "p50", value: waits[Math.floor(waits.length / 2)] ?? 0, unit: "ms" },
    { name: "p99", value: waits[Math.floor(waits.length * 0.99)] ?? 0, unit: "ms" },
    { name: "longest", value: waits.at(-1) ?? 0, unit: "ms" },
  );
  say("Warm-ups", ...counted(tally.warmUps));
  say(
    "The machines",
    { name: "isolates that lived", value: day.isolates, unit: "" },
    { name: "restarts of the quota's object", value: day.restarts, unit: "" },
    {
      name: "writes to KV",
      value: day.kvWrites.done,
      unit: "",
      note: `${day.kvWrites.refused} refused: one a second and key`,
    },
    {
      name: "work behind answers that failed",
      value: sumOf(tally.background),
      unit: "",
      atMost: 0,
    },
  );
  for (const [what, count] of Object.entries(tally.background))
    console.log(`    ${count} × ${what}`);

  const bad = missed(figures);
  console.log(
    bad.length === 0
      ? "\nEvery promise is kept."
      : `\n${bad.length} promises are missed: ${bad.map(({ name }) => name).join("; ")}.`,
  );
  return bad.length === 0;
}

const METHODS: Readonly<Record<string, string>> = {
  search: "search.list",
  videos: "videos.list",
  playlistItems: "playlistItems.list",
};

const asksForNew = (made: Readonly<Record<string, number>>): number =>
  (made["the user said something new"] ?? 0) + (made["a refresh was granted"] ?? 0);
