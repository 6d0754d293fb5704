/** ISO 8601 durations as YouTube writes them: `PT4M13S`, `P1DT2H`, `P0D` for a live stream without an end. */
const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/;

/** Of weeks, days, hours, minutes and seconds. */
const SECONDS = [604_800, 86_400, 3_600, 60, 1] as const;

/** Whole seconds; 0 for what is not a duration. Years and months have no fixed length and never occur. */
export function secondsOfDuration(text: string): number {
  const parts = DURATION.exec(text);
  if (parts === null) return 0;
  return SECONDS.reduce((sum, unit, index) => sum + unit * Number(parts[index + 1] ?? 0), 0);
}
