/** The console of `npm start`: one line a step, with what came of it and how long it took. */
const NAME_WIDTH = 14;
const RESULT_WIDTH = 56;
const tty = process.stdout.isTTY;

export const bold = (text: string): string => (tty ? `\u001B[1m${text}\u001B[22m` : text);
const dim = (text: string): string => (tty ? `\u001B[2m${text}\u001B[22m` : text);

export interface StepOutput {
  /** Shown in place on a terminal while the step runs; a file or a pipe gets only the result. */
  readonly progress: (text: string) => void;
}

/** Runs a step; its result text becomes the line. A failure shows on the line of the step and goes on up. */
export async function step<Value>(
  name: string,
  run: (output: StepOutput) => Promise<readonly [result: string, value: Value]>,
): Promise<Value> {
  const sinceMs = performance.now();
  const label = `  ${name.padEnd(NAME_WIDTH)}`;
  const progress = (text: string): void => {
    if (tty) process.stdout.write(`\r\u001B[2K${label}${dim(text)}`);
  };
  progress("…");
  try {
    const [result, value] = await run({ progress });
    const took = elapsed(performance.now() - sinceMs).padStart(8);
    process.stdout.write(
      `${tty ? "\r\u001B[2K" : ""}${label}${result.padEnd(RESULT_WIDTH)}${dim(took)}\n`,
    );
    return value;
  } catch (error) {
    process.stdout.write(`${tty ? "\r\u001B[2K" : ""}${label}failed\n`);
    throw error;
  }
}

export const elapsed = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;

export const wholeNumber = (value: number): string => value.toLocaleString("en-US");

export const clockTime = (date: Date): string => date.toTimeString().slice(0, 8);
