// A promise nobody awaits, on purpose: the lint check fails when this is not reported, which is how we
// know that the rules with type information really run and know the types of Node.
import { writeFile } from "node:fs/promises";

export function forgetful(path: string): void {
  writeFile(path, "");
}
