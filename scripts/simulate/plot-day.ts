/** A day as an SVG: what was asked, which tier answered, what was called, and what was left of the quota. */
import type { Day } from "./play-day.ts";
import {
  axes,
  type Box,
  columns,
  legend,
  line,
  panelAt,
  PANEL_STEP,
  type Series,
  svgPage,
} from "./svg.ts";

const HOUR_MS = 3_600_000;

const COLOURS = {
  requests: "#5b6b7b",
  memory: "#1f5fa6",
  edge: "#4f9bd0",
  kv: "#a5cfe8",
  l2: "#7a6cc0",
  made: "#e9a04b",
  failed: "#b23a32",
  charts: "#3f8f6b",
  playlists: "#9ccbb0",
  search: "#c4552d",
  units: "#3f8f6b",
} as const;

export function plotDay(day: Day): string {
  const { tally, calls, left, limits, startMs } = day;
  const hours = tally.hours.map((_, at) => at);
  const callsOf = (method: string): number[] =>
    hours.map(
      (hour) =>
        calls.filter(
          (call) => call.method === method && Math.floor((call.atMs - startMs) / HOUR_MS) === hour,
        ).length,
    );
  const sharesOf = (of: "answers" | "lists", tiers: readonly (keyof typeof COLOURS)[]): Series[] =>
    tiers.map((tier) => ({
      name: tier === "edge" ? "Cache API" : tier === "kv" ? "KV" : tier === "l2" ? "L2" : tier,
      colour: COLOURS[tier],
      values: tally.hours.map((hour) => {
        const total = Object.values(hour[of]).reduce((sum, count) => sum + count, 0);
        return total === 0 ? 0 : (100 * (hour[of][tier] ?? 0)) / total;
      }),
    }));
  const panels: ((box: Box) => string)[] = [
    stacked("Requests by hour", "", [
      {
        name: "requests",
        colour: COLOURS.requests,
        values: tally.hours.map(({ requests }) => requests),
      },
    ]),
    stacked(
      "Where answers came from",
      "%",
      sharesOf("answers", ["memory", "edge", "l2", "made"]),
      100,
    ),
    stacked(
      "Where lists of videos came from",
      "%",
      sharesOf("lists", ["memory", "edge", "kv", "made", "failed"]),
      100,
    ),
    stacked("Calls of YouTube by hour", "", [
      { name: "videos.list", colour: COLOURS.charts, values: callsOf("videos") },
      { name: "playlistItems.list", colour: COLOURS.playlists, values: callsOf("playlistItems") },
      { name: "search.list", colour: COLOURS.search, values: callsOf("search") },
    ]),
    lines("Left of the day's quota at the end of the hour", "%", [
      {
        name: `units, of ${limits.units_per_day.toLocaleString("en")}`,
        colour: COLOURS.units,
        values: left.map(({ units }) => (100 * units) / limits.units_per_day),
      },
      {
        name: `searches, of ${limits.search_per_day}`,
        colour: COLOURS.search,
        values: left.map(({ search }) => (100 * search) / limits.search_per_day),
      },
    ]),
  ];
  const drawn = panels.map((panel, at) => panel(panelAt(at)));
  return svgPage(
    "One day of videos, from midnight to midnight in California",
    panels.length * PANEL_STEP,
    drawn,
  );
}

/** A round number that the tallest column stays below. */
function ceilingOf(values: readonly number[]): number {
  const most = Math.max(1, ...values);
  const step = 10 ** Math.floor(Math.log10(most));
  const factor = [1, 2, 4, 5, 10].find((times) => times * step >= most) ?? 10;
  return factor * step;
}

function stacked(title: string, unit: string, series: readonly Series[], most?: number) {
  const totals = (series[0]?.values ?? []).map((_, hour) =>
    series.reduce((sum, { values }) => sum + (values[hour] ?? 0), 0),
  );
  const ceiling = most ?? ceilingOf(totals);
  return (box: Box): string =>
    axes(box, title, ceiling, unit) + columns(box, series, ceiling) + legend(box, series);
}

function lines(title: string, unit: string, series: readonly Series[]) {
  const ceiling = 100;
  return (box: Box): string =>
    axes(box, title, ceiling, unit) +
    series.map((one) => line(box, one, ceiling)).join("") +
    legend(box, series);
}
