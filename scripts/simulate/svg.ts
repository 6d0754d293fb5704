/** The few shapes of a chart by the hour: axes, columns on top of each other, lines and a legend. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  /** One for each hour. */
  readonly values: readonly number[];
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const PAGE_WIDTH = 980;
const HEAD = 64;
const LEFT = 64;
const RIGHT = 28;
const PANEL_HEIGHT = 150;
const TITLE_HEIGHT = 34;
const FOOT = 30;
export const PANEL_STEP = TITLE_HEIGHT + PANEL_HEIGHT + FOOT + 14;

const HOURS = 24;
const GRID_LINES = 4;
const HOURS_A_LABEL = 3;
const COLUMN_SHARE = 0.78;
const CHARACTER_WIDTH = 6.6;

const INK = "#1f2933";
const FAINT = "#637083";
const GRID = "#dfe4ea";

export const panelAt = (index: number): Box => ({
  left: LEFT,
  top: HEAD + index * PANEL_STEP + TITLE_HEIGHT,
  width: PAGE_WIDTH - LEFT - RIGHT,
  height: PANEL_HEIGHT,
});

export function svgPage(title: string, height: number, panels: readonly string[]): string {
  const tall = HEAD + height + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${PAGE_WIDTH} ${tall}" width="${PAGE_WIDTH}" height="${tall}" font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${PAGE_WIDTH}" height="${tall}" fill="#ffffff"/>`,
    words(title, { x: LEFT, y: 38, size: 19, weight: 600 }),
    ...panels,
    "</svg>\n",
  ].join("\n");
}

export function axes(box: Box, title: string, ceiling: number, unit: string): string {
  const { left, top, width, height } = box;
  const shapes = [words(title, { x: left, y: top - 14, size: 14, weight: 600 })];
  for (let step = 0; step <= GRID_LINES; step += 1) {
    const y = top + height - (step / GRID_LINES) * height;
    const value = (step / GRID_LINES) * ceiling;
    const colour = step === 0 ? FAINT : GRID;
    shapes.push(
      `<line x1="${left}" x2="${left + width}" y1="${fixed(y)}" y2="${fixed(y)}" stroke="${colour}"/>`,
      words(`${value.toLocaleString("en")}${unit === "" ? "" : ` ${unit}`}`, {
        x: left - 8,
        y: y + 4,
        fill: FAINT,
        anchor: "end",
      }),
    );
  }
  for (let hour = 0; hour <= HOURS; hour += HOURS_A_LABEL) {
    const x = left + (hour / HOURS) * width;
    shapes.push(
      `<line x1="${fixed(x)}" x2="${fixed(x)}" y1="${top + height}" y2="${top + height + 4}" stroke="${FAINT}"/>`,
      words(`${String(hour).padStart(2, "0")}:00`, {
        x,
        y: top + height + 18,
        fill: FAINT,
        anchor: "middle",
      }),
    );
  }
  return shapes.join("\n");
}

/** On top of each other, the first at the bottom. */
export function columns(
  { left, top, width, height }: Box,
  series: readonly Series[],
  ceiling: number,
): string {
  const step = width / HOURS;
  const shapes: string[] = [];
  for (let hour = 0; hour < HOURS; hour += 1) {
    let bottom = top + height;
    for (const { colour, values } of series) {
      const tall = ((values[hour] ?? 0) / ceiling) * height;
      if (tall <= 0) continue;
      bottom -= tall;
      const x = left + hour * step + (step * (1 - COLUMN_SHARE)) / 2;
      shapes.push(
        `<rect x="${fixed(x)}" y="${fixed(bottom)}" width="${fixed(step * COLUMN_SHARE)}" height="${fixed(tall)}" fill="${colour}"/>`,
      );
    }
  }
  return shapes.join("\n");
}

/** Each value stands at the end of its hour. */
export function line(
  { left, top, width, height }: Box,
  { colour, values }: Series,
  ceiling: number,
): string {
  const points = [ceiling, ...values].map((value, at) => {
    const x = left + (at / HOURS) * width;
    const y = top + height - (Math.max(0, value) / ceiling) * height;
    return `${fixed(x)},${fixed(y)}`;
  });
  return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round"/>`;
}

/** In the line of the title, from the right. */
export function legend({ left, top, width }: Box, series: readonly Series[]): string {
  if (series.length < 2) return "";
  const shapes: string[] = [];
  let x = left + width;
  for (const { name, colour } of series.toReversed()) {
    x -= name.length * CHARACTER_WIDTH;
    shapes.push(words(name, { x, y: top - 14, fill: INK }));
    x -= 17;
    shapes.push(
      `<rect x="${fixed(x)}" y="${top - 24}" width="11" height="11" rx="2" fill="${colour}"/>`,
    );
    x -= 16;
  }
  return shapes.join("\n");
}

interface Style {
  readonly x: number;
  readonly y: number;
  readonly size?: number;
  readonly weight?: number;
  readonly fill?: string;
  readonly anchor?: "end" | "middle";
}

function words(text: string, { x, y, size, weight, fill = INK, anchor }: Style): string {
  const extra = [
    ...(size === undefined ? [] : [`font-size="${size}"`]),
    ...(weight === undefined ? [] : [`font-weight="${weight}"`]),
    ...(anchor === undefined ? [] : [`text-anchor="${anchor}"`]),
  ].join(" ");
  return `<text x="${fixed(x)}" y="${fixed(y)}" fill="${fill}" ${extra}>${escaped(text)}</text>`;
}

const fixed = (value: number): string => value.toFixed(1);

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
