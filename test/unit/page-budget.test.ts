import { describe, it } from "vitest";
import { bundlePage } from "../../scripts/build/bundle-page.ts";

/** Minified bytes. Compressed, the scripts of today are 12.2 KB and 4.5 KB. */
const BUDGETS = { "main.js": 30_000, "quota.js": 12_000 };

describe("scripts of the start page", () => {
  it("stay within their budgets, each of them", async ({ expect }) => {
    const bundles = await bundlePage();
    expect([...bundles.keys()].toSorted()).toEqual(Object.keys(BUDGETS));
    for (const [file, budget] of Object.entries(BUDGETS)) {
      expect(bundles.get(file)?.byteLength, file).toBeLessThanOrEqual(budget);
    }
  });

  it("leave the quota to a file of its own, which the page imports by name", async ({ expect }) => {
    const main = new TextDecoder().decode((await bundlePage()).get("main.js"));
    expect(main).toContain('import("./quota.js")');
    expect(main).not.toContain("admin/quota");
  });
});
