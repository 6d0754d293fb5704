import { readFileSync } from "node:fs";
import path from "node:path";

import { describe, it } from "vitest";

import { CODE_ALPHABET, CODE_WIDTH } from "../../src/domain/item-code.ts";
import {
  LAYER_CLASSES,
  LAYER_LIFE_SECONDS,
  LAYER_OPEN_SECONDS,
  PROBES,
} from "../../src/users/watched-filter.ts";

const include = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, "../../lua/includes", `${name}.lua`), "utf8");

function constants(text: string): Record<string, string> {
  const found = [...text.matchAll(/^local ([A-Z_]+) = (.+)$/gm)];
  return Object.fromEntries(found.map(([, name, value]) => [name, value]));
}

const table = (values: readonly number[]): string => `{ [0] = ${values.join(", ")} }`;

describe("the constants of the Lua watched filter", () => {
  it("are those of watched-filter.ts", ({ expect }) => {
    expect(constants(include("layer-classes") + include("layer-growth"))).toEqual({
      PROBES: String(PROBES),
      LAYER_OPEN_SECONDS: String(LAYER_OPEN_SECONDS),
      LAYER_LIFE_SECONDS: String(LAYER_LIFE_SECONDS),
      LAYER_RATED_ITEMS: table(LAYER_CLASSES.map(({ ratedItems }) => ratedItems)),
      LAYER_BITS: table(LAYER_CLASSES.map(({ bits }) => bits)),
      LAST_LAYER_CLASS: String(LAYER_CLASSES.length - 1),
    });
  });

  it("know the digits and the width of an item code", ({ expect }) => {
    expect(include("digit-values")).toContain(`"${CODE_ALPHABET}"`);
    expect(include("each-code")).toContain(`"${".".repeat(CODE_WIDTH)}"`);
  });
});
