/** Without a zone, an ISO time would count in the zone of whoever runs the import; here it is UTC. */
const WITHOUT_ZONE = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)$/;

export function zoned(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const match = WITHOUT_ZONE.exec(value.trim());
  return match === null ? value : `${match[1]}T${match[2]}Z`;
}

/** Epoch ms of a number (ms), digits (13 are ms, 9 or 10 are s) or an ISO 8601 time; else undefined. */
export function readTime(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? Math.floor(value) : undefined;
  const text = zoned(value);
  if (typeof text !== "string") return undefined;
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1_000;
  if (/^\d{11,13}$/.test(text)) return Number(text);
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
