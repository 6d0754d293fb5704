/** The lines of `npm run bench`: a figure, what it should be, and whether it is. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The promise: at least or at most so much; absent for figures that only inform. */
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly note?: string;
}

const kept = ({ value, atLeast, atMost }: Figure): boolean | undefined => {
  if (atLeast !== undefined) return value >= atLeast;
  return atMost === undefined ? undefined : value <= atMost;
};

export function printFigure(figure: Figure): void {
  const verdict = kept(figure);
  const mark = verdict === undefined ? " " : verdict ? "✓" : "✗";
  const digits = figure.value >= 100 ? 0 : figure.value >= 10 ? 1 : 2;
  const bound =
    figure.atLeast !== undefined
      ? `≥ ${figure.atLeast}`
      : figure.atMost !== undefined
        ? `≤ ${figure.atMost}`
        : "";
  const value = `${figure.value.toFixed(digits)} ${figure.unit}`;
  console.log(
    `${mark} ${figure.name.padEnd(58)} ${value.padStart(14)}  ${bound.padEnd(8)} ${figure.note ?? ""}`,
  );
}

export const missed = (figures: readonly Figure[]): readonly Figure[] =>
  figures.filter((figure) => kept(figure) === false);

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
