/** The start page in a real browser, over the real Worker. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import { buildAssets } from "../../scripts/build/assets.ts";
import { type BootedWorker, bootWorker } from "../../scripts/start/boot-worker.ts";
import {
  findChromium,
  launchChromium,
  namelessControls,
  openPage,
  type WatchedPage,
} from "../support/browser.ts";
import { ADMIN_VARS, putCatalogue } from "../support/small-catalogue.ts";

const chromiumFile = findChromium();
if (chromiumFile === undefined) {
  console.warn("No chromium on PATH: the tests of the start page are SKIPPED.");
}

describe.skipIf(chromiumFile === undefined)("start page", () => {
  let booted: BootedWorker;
  let browser: Browser;

  beforeAll(async () => {
    await buildAssets();
    booted = await bootWorker({ persist: false, vars: ADMIN_VARS, quiet: true });
    await putCatalogue(booted.url, { tenant: "shop", items: 3_000, nowMs: Date.now() });
    await putCatalogue(booted.url, { tenant: "tiny", items: 30, nowMs: Date.now() });
    browser = await launchChromium(chromiumFile ?? "");
  });

  afterAll(async () => {
    await browser?.close();
    await booted?.dispose();
  });

  const open = async (hash: string, options = {}): Promise<WatchedPage> => {
    const opened = await openPage(browser, booted.url, options);
    await opened.page.goto(`${booted.url}/${hash}`);
    return opened;
  };
  const figure = ".figure-served";

  it("loads page after page while scrolling and never shows an item twice", async ({ expect }) => {
    const { page, complaints, close } = await open("#tenant=shop&user=scroller");
    await page.locator(".card").first().waitFor();
    while ((await page.locator(".card").count()) < 192) {
      await page.mouse.move(400, 500);
      await page.mouse.wheel(0, 2_000);
      await page.waitForTimeout(40);
    }
    const ids = await page
      .locator(".card")
      .evaluateAll((cards) => cards.map((card) => card.getAttribute("data-id")));
    expect(new Set(ids).size).toBe(ids.length);
    await page.locator(figure, { hasText: String(ids.length) }).waitFor();
    expect(await page.locator(".served-repeats").textContent()).toBe("0 repeats");
    expect(await page.locator(".mix-popularity b").textContent()).toBe("60\u202f%");
    expect(await page.locator(".bars li").count()).toBe(ids.length / 48);
    // Far from the view nothing is drawn.
    expect(await page.locator(".thumbnail").count()).toBeLessThan(ids.length);
    expect(complaints).toEqual([]);
    await close();
  });

  it("marks an item as watched at once and shows what that changed", async ({ expect }) => {
    const { page, complaints, close } = await open("#tenant=shop&user=watcher");
    const card = page.locator(".card").first();
    await card.waitFor();
    const recent = page.locator(".facts div", { hasText: "just watched" }).locator("dd");
    await page.locator(".facts dd", { hasText: "48" }).waitFor();
    expect(await recent.textContent()).toBe("0");
    await card.locator(".watch").click();
    expect(await card.locator(".watch").getAttribute("aria-pressed")).toBe("true");
    await page.locator(".card[data-watched=watched]").waitFor();
    await page
      .locator(".facts div", { hasText: "just watched" })
      .locator("dd:text-is('1')")
      .waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("takes a mark back when the Worker refuses it, and says why", async ({ expect }) => {
    const { page, close } = await open("#tenant=shop&user=refused");
    await page.route("**/feedback/**", (route) =>
      route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: JSON.stringify({
          detail: "Not now.",
          code: "USER_STATE_UNAVAILABLE",
          request_id: "r-1",
        }),
      }),
    );
    const card = page.locator(".card").first();
    await card.locator(".watch").click();
    await page.locator(".toast", { hasText: "Not marked: Not now. Request r-1." }).waitFor();
    expect(await card.locator(".watch").getAttribute("aria-pressed")).toBe("false");
    await close();
  });

  it("shows the levels, the cursor and the window of the user", async ({ expect }) => {
    const { page, close } = await open("#tenant=shop&user=levels");
    await page.locator(".ladder [aria-current=step]").waitFor();
    await page.locator(".track [aria-current=step]").waitFor();
    const level = page.locator("[role=meter]").first();
    expect(Number(await level.getAttribute("aria-valuenow"))).toBeGreaterThan(200);
    expect(await page.locator(".health").getAttribute("data-state")).toBe("healthy");
    await close();
  });

  it("does not take an unanswered page of another kind for its own", async ({ expect }) => {
    const { page, close } = await open("#tenant=shop&user=hasty");
    let held = false;
    await page.route("**/recommend/ana?*rec_type=mixed*", async (route) => {
      held = true;
      await route.fetch(); // the Worker serves it, the page never hears of it
    });
    await page.fill("#user", "ana");
    await page.press("#user", "Enter");
    await expect.poll(() => held).toBe(true);
    await page.getByRole("radio", { name: "Freshness" }).check();
    await page.locator(".tag-freshness").first().waitFor();
    expect(await page.locator(".tag-popularity").count()).toBe(0);
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await close();
  });

  it("keeps tenant, user and kind of feed in the address", async ({ expect }) => {
    const { page, close } = await open("");
    await page.locator(".card").first().waitFor();
    await page.selectOption("#tenant", "shop");
    await page.fill("#user", "eva");
    await page.press("#user", "Enter");
    await page.getByRole("radio", { name: "Freshness" }).check();
    await page.waitForURL(/#tenant=shop&user=eva&type=freshness$/);
    await page.locator(".tag-freshness").first().waitFor();
    expect(await page.locator(".tag-popularity").count()).toBe(0);
    await page.click("#dice");
    expect(await page.inputValue("#user")).not.toBe("eva");
    await page.goBack();
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("#user")?.value === "eva",
    );
    await close();
  });

  it("says so at the end of the feed", async ({ expect }) => {
    const { page, close } = await open("#tenant=tiny&user=finisher");
    await page.locator(".card").first().waitFor();
    await page.locator("#tail").scrollIntoViewIfNeeded();
    await page.getByText("You have seen everything").waitFor();
    expect(await page.locator(".card").count()).toBe(30);
    await close();
  });

  it("tells how to begin where there is no tenant", async ({ expect }) => {
    const { page, close } = await openPage(browser, booted.url);
    await page.route("**/tenants", (route) => route.fulfill({ json: { tenants: [] } }));
    await page.goto(booted.url);
    await page.getByText("npm run demo").waitFor();
    expect(await page.locator(".card").count()).toBe(0);
    await close();
  });

  it("shows a problem with its request and goes on when asked to", async ({ expect }) => {
    const { page, close } = await openPage(browser, booted.url);
    let refusals = 1;
    await page.route("**/recommend/**", (route) => {
      refusals -= 1;
      if (refusals < 0) return route.continue();
      return route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: JSON.stringify({ detail: "The store is away.", code: "INTERNAL", request_id: "r-2" }),
      });
    });
    await page.goto(`${booted.url}/#tenant=shop&user=patient`);
    await page.getByText("The store is away.").waitFor();
    await page.getByText("request r-2").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".card").first().waitFor();
    expect(await page.locator(".notice").count()).toBe(0);
    await close();
  });

  it("names every control, and hides the closed sheet from the keyboard on a phone", async ({
    expect,
  }) => {
    const phone = { viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true };
    const { page, complaints, close } = await open("#tenant=shop&user=phone", phone);
    await page.locator(".card").first().waitFor();
    expect(await namelessControls(page)).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBe(360);
    const body = page.locator("#panel-body");
    expect(await body.evaluate((element) => (element as HTMLElement).inert)).toBe(true);
    await page.getByRole("button", { name: /Feed statistics/ }).click();
    expect(await body.evaluate((element) => (element as HTMLElement).inert)).toBe(false);
    await page.keyboard.press("Escape");
    expect(await page.locator("#sheet").getAttribute("aria-expanded")).toBe("false");
    expect(complaints).toEqual([]);
    await close();
  });
});
