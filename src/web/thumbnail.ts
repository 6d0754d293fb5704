/**
 * A picture drawn from an item's id: always the same one, and never loaded from anywhere. Flat shapes in a
 * small palette, few enough (under 40 nodes) to draw while scrolling.
 */
import { shape } from "./dom.ts";
import { between, type Chance, chanceOf, pick } from "./random.ts";

const WIDTH = 320;
const HEIGHT = 180;

/** Night, deep, middle, bright, light: chosen together, so that any two of a set stand side by side. */
type Palette = readonly [string, string, string, string, string];

const PALETTES: readonly [Palette, ...Palette[]] = [
  ["#10263d", "#1f5f7a", "#3aa6a0", "#f2a65a", "#fdf0d5"],
  ["#2b1b3d", "#5b2a6b", "#c8427a", "#f58f6c", "#ffe3c7"],
  ["#0f2e2a", "#1d6b57", "#66b36b", "#e9d758", "#f8f6df"],
  ["#1a1f4b", "#3547a8", "#6f8cff", "#ff8fa3", "#ffeef0"],
  ["#33140f", "#8c2f1b", "#e4572e", "#f7b32b", "#fff1cf"],
  ["#132a13", "#31572c", "#90a955", "#ecf39e", "#fbfdea"],
  ["#0b2545", "#13538a", "#4fa8d8", "#b9e3f0", "#fff8e8"],
  ["#2d1e2f", "#6c3a5c", "#e07a5f", "#81b29a", "#f4f1de"],
  ["#1b1b1e", "#373f51", "#58a4b0", "#f0c987", "#fbf5ea"],
  ["#3a0f2b", "#9b1d5a", "#ef476f", "#ffd166", "#fff6dc"],
  ["#06283d", "#256d85", "#47b5ff", "#dff6ff", "#ffb4a2"],
  ["#241a0f", "#6b4f2a", "#c19a4b", "#7fb7a3", "#f3ead7"],
  ["#191a3a", "#433a8f", "#9d6bdb", "#f3a6d8", "#fdf1fb"],
  ["#08312f", "#0f766e", "#2dd4bf", "#fb7185", "#fff1ea"],
];

type Composition = (chance: Chance, palette: Palette) => readonly SVGElement[];

const COMPOSITIONS: readonly [Composition, ...Composition[]] = [
  dunes,
  ripples,
  tiles,
  ribbons,
  rays,
  peaks,
  orbit,
  columns,
  petals,
];

export function thumbnail(id: string): SVGElement {
  const chance = chanceOf(id);
  const palette = pick(chance, PALETTES);
  const compose = pick(chance, COMPOSITIONS);
  return shape(
    "svg",
    {
      class: "thumbnail",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "xMidYMid slice",
      "aria-hidden": "true",
      focusable: "false",
    },
    ...compose(chance, palette),
  );
}

const n = (value: number): string => value.toFixed(1);
const ground = (fill: string): SVGElement =>
  shape("rect", { width: String(WIDTH), height: String(HEIGHT), fill });
const circle = (x: number, y: number, r: number, fill: string): SVGElement =>
  shape("circle", { cx: n(x), cy: n(y), r: n(r), fill });
const path = (d: string, fill: string): SVGElement => shape("path", { d, fill });
const sky = (chance: Chance, palette: Palette): string =>
  chance() < 0.5 ? palette[4] : palette[chance() < 0.5 ? 0 : 3];

/** Hills one behind the other under a sun. */
function dunes(chance: Chance, palette: Palette): readonly SVGElement[] {
  const back = sky(chance, palette);
  const sun = back === palette[3] ? palette[4] : palette[3];
  const parts = [
    ground(back),
    circle(between(chance, 60, 260), between(chance, 45, 95), between(chance, 20, 42), sun),
  ];
  const fills = [palette[2], palette[1], palette[0]].filter((fill) => fill !== back);
  fills.forEach((fill, layer) => {
    const y = 95 + layer * (75 / fills.length);
    const lift = between(chance, 14, 42);
    const middle = between(chance, 90, 230);
    parts.push(
      path(
        `M0 ${n(y + between(chance, -14, 14))}C${n(middle * 0.5)} ${n(y - lift)} ${n(middle * 0.8)} ` +
          `${n(y - lift)} ${n(middle)} ${n(y)}S${n(middle + 90)} ${n(y + lift)} ${WIDTH} ` +
          `${n(y - lift * 0.4)}V${HEIGHT}H0Z`,
        fill,
      ),
    );
  });
  return parts;
}

/** Rings that leave one point. */
function ripples(chance: Chance, palette: Palette): readonly SVGElement[] {
  const x = between(chance, -20, 340);
  const y = chance() < 0.5 ? between(chance, 150, 200) : between(chance, -20, 40);
  const turn = Math.floor(between(chance, 1, 5));
  const gap = between(chance, 24, 40);
  const parts = [ground(palette[0])];
  for (let ring = Math.ceil(380 / gap); ring > 0; ring -= 1) {
    parts.push(circle(x, y, ring * gap, palette[(ring * turn) % 5] ?? palette[2]));
  }
  return parts;
}

/** Quarter and half discs on a grid: one path a colour. */
function tiles(chance: Chance, palette: Palette): readonly SVGElement[] {
  const size = chance() < 0.5 ? 60 : 45;
  const discs = ["", "", "", "", ""];
  const squares = ["", "", "", "", ""];
  for (let y = 0; y < HEIGHT; y += size) {
    for (let x = 0; x < WIDTH; x += size) {
      const under = Math.floor(chance() * 5);
      const over = (under + 1 + Math.floor(chance() * 4)) % 5;
      squares[under] += `M${x} ${y}h${size}v${size}h-${size}Z`;
      discs[over] += disc(Math.floor(chance() * 6), x, y, size);
    }
  }
  return [
    ...squares.map((d, colour) => path(d, palette[colour] ?? palette[0])),
    ...discs.map((d, colour) => path(d, palette[colour] ?? palette[0])),
  ];
}

function disc(kind: number, x: number, y: number, s: number): string {
  switch (kind) {
    case 0:
      return `M${x} ${y}h${s}a${s} ${s} 0 0 1-${s} ${s}Z`;
    case 1:
      return `M${x + s} ${y + s}h-${s}a${s} ${s} 0 0 1 ${s}-${s}Z`;
    case 2:
      return `M${x} ${y + s}v-${s}a${s} ${s} 0 0 1 ${s} ${s}Z`;
    case 3:
      return `M${x + s} ${y}v${s}a${s} ${s} 0 0 1-${s}-${s}Z`;
    case 4:
      return `M${x} ${y + s / 2}a${s / 2} ${s / 2} 0 0 1 ${s} 0Z`;
    default:
      return `M${x + s / 4} ${y + s / 2}a${s / 4} ${s / 4} 0 1 1 ${s / 2} 0a${s / 4} ${s / 4} 0 1 1-${s / 2} 0Z`;
  }
}

/** Broad strokes that run together. */
function ribbons(chance: Chance, palette: Palette): readonly SVGElement[] {
  const back = chance() < 0.5 ? palette[4] : palette[0];
  const colours = palette.filter((colour) => colour !== back);
  const bend = between(chance, 30, 90) * (chance() < 0.5 ? 1 : -1);
  const step = between(chance, 18, 26);
  const count = Math.floor(between(chance, 4, 8));
  const start = between(chance, 10, 60);
  const strokes = Array.from({ length: count }, (_, ribbon) =>
    shape("path", {
      d:
        `M-20 ${n(start + ribbon * step)}C90 ${n(start + ribbon * step - bend)} 200 ` +
        `${n(start + ribbon * step + bend * 1.4)} 340 ${n(start + ribbon * step - bend * 0.3)}`,
      fill: "none",
      stroke: colours[ribbon % colours.length] ?? palette[2],
      "stroke-width": n(step + 0.6),
    }),
  );
  return [ground(back), ...strokes];
}

/** Light from behind the horizon. */
function rays(chance: Chance, palette: Palette): readonly SVGElement[] {
  const x = between(chance, 70, 250);
  const y = between(chance, 110, 150);
  const wedges = Math.floor(between(chance, 9, 15));
  const turn = between(chance, 0, 1);
  let light = "";
  for (let wedge = 0; wedge < wedges; wedge += 1) {
    const at = (edge: number): string => {
      const angle = ((wedge + turn + edge) / wedges) * 2 * Math.PI;
      return `${n(x + 400 * Math.cos(angle))} ${n(y + 400 * Math.sin(angle))}`;
    };
    light += `M${n(x)} ${n(y)}L${at(0)}L${at(0.5)}Z`;
  }
  return [
    ground(palette[3]),
    path(light, palette[4]),
    circle(x, y, between(chance, 30, 54), palette[2]),
    path(`M0 ${n(y)}H${WIDTH}V${HEIGHT}H0Z`, palette[1]),
    path(`M0 ${n(y + 22)}H${WIDTH}V${HEIGHT}H0Z`, palette[0]),
  ];
}

/** Mountains with a lit and a dark face. */
function peaks(chance: Chance, palette: Palette): readonly SVGElement[] {
  const parts = [
    ground(palette[4]),
    circle(between(chance, 40, 280), between(chance, 30, 70), between(chance, 12, 28), palette[3]),
  ];
  const count = chance() < 0.5 ? 3 : 5;
  // The far ones are the high ones: drawn first, the others stand before them.
  const tops = Array.from({ length: count }, () => between(chance, 40, 112)).sort((a, b) => a - b);
  const first = Math.floor(chance() * count);
  for (const [peak, top] of tops.entries()) {
    const x = ((((peak * 2 + first) % count) + between(chance, 0.2, 0.8)) / count) * WIDTH;
    const half = between(chance, 80, 130);
    const ridge = x + between(chance, -16, 22);
    parts.push(
      path(`M${n(x - half)} ${HEIGHT}L${n(x)} ${n(top)}L${n(ridge)} ${HEIGHT}Z`, palette[2]),
      path(`M${n(ridge)} ${HEIGHT}L${n(x)} ${n(top)}L${n(x + half)} ${HEIGHT}Z`, palette[1]),
    );
  }
  const shore = between(chance, 150, 166);
  return [...parts, path(`M0 ${n(shore)}H${WIDTH}V${HEIGHT}H0Z`, palette[0])];
}

/** A planet, its ring and its moons. */
function orbit(chance: Chance, palette: Palette): readonly SVGElement[] {
  const x = between(chance, 110, 210);
  const radius = between(chance, 36, 54);
  const tilt = between(chance, -28, 28);
  const parts = [ground(palette[0])];
  for (let star = 0; star < 12; star += 1) {
    parts.push(circle(chance() * WIDTH, chance() * HEIGHT, between(chance, 0.7, 1.9), palette[4]));
  }
  const ring = (d: string): SVGElement =>
    shape("path", {
      d,
      fill: "none",
      stroke: palette[3],
      "stroke-width": "7",
      transform: `rotate(${n(tilt)} ${n(x)} 90)`,
    });
  const wide = radius * 1.75;
  const start = `M${n(x - wide)} 90A${n(wide)} ${n(radius * 0.42)} 0 0`;
  parts.push(
    ring(`${start} 1 ${n(x + wide)} 90`),
    circle(x, 90, radius, palette[2]),
    path(
      `M${n(x)} ${n(90 - radius)}a${n(radius)} ${n(radius)} 0 0 1 0 ${n(radius * 2)}Z`,
      palette[1],
    ),
    ring(`${start} 0 ${n(x + wide)} 90`),
    circle(between(chance, 20, 300), between(chance, 20, 50), between(chance, 5, 12), palette[4]),
  );
  return parts;
}

/** Rounded columns, as a skyline or a sound. */
function columns(chance: Chance, palette: Palette): readonly SVGElement[] {
  const back = chance() < 0.5 ? palette[4] : palette[0];
  const colours = palette.filter((colour) => colour !== back);
  const count = Math.floor(between(chance, 7, 13));
  const wide = WIDTH / count;
  const phase = between(chance, 0, 6);
  const parts = [ground(back)];
  for (let column = 0; column < count; column += 1) {
    const tall = 62 + 44 * Math.sin(phase + column * 0.8) + between(chance, -16, 34);
    parts.push(
      shape("rect", {
        x: n(column * wide + wide * 0.12),
        y: n(HEIGHT - tall),
        width: n(wide * 0.76),
        height: n(tall + 40),
        rx: n(wide * 0.38),
        fill: colours[column % colours.length] ?? palette[2],
      }),
    );
  }
  return parts;
}

/** A flower seen from above. */
function petals(chance: Chance, palette: Palette): readonly SVGElement[] {
  const back = palette[chance() < 0.5 ? 1 : 4];
  const leaf = back === palette[4] ? palette[2] : palette[3];
  const x = between(chance, 90, 230);
  const y = between(chance, 70, 110);
  const count = Math.floor(between(chance, 5, 10));
  const long = between(chance, 70, 104);
  const wide = long * between(chance, 0.2, 0.32);
  const whorl = (length: number, fill: string, turn: number): SVGElement[] =>
    Array.from({ length: count }, (_, petal) =>
      shape("ellipse", {
        cx: n(x),
        cy: n(y - length * 0.56),
        rx: n((wide * length) / long),
        ry: n(length * 0.5),
        fill,
        transform: `rotate(${n(((petal + turn) / count) * 360)} ${n(x)} ${n(y)})`,
      }),
    );
  return [
    ground(back),
    ...whorl(long, leaf, 0),
    ...whorl(long * 0.66, back === palette[4] ? palette[3] : palette[4], 0.5),
    circle(x, y, long * 0.16, palette[0]),
  ];
}
