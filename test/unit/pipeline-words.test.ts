import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "vitest";

const folder = path.resolve(import.meta.dirname, "../../src/pipeline");

/** Words of the product, as whole words or as parts of a name. */
const PRODUCT =
  /item|user|tenant|feed|video|popular|fresh|recommend|watch|catalogue|pool|diversity|personal/gi;

describe("the engine", () => {
  it("knows no word of the product", ({ expect }) => {
    const files = readdirSync(folder);
    expect(files).toContain("pipeline.ts");
    const said = files.flatMap((file) => {
      const words = readFileSync(path.join(folder, file), "utf8").match(PRODUCT) ?? [];
      return words.map((word) => `${file}: ${word}`);
    });
    expect(said).toEqual([]);
  });
});
