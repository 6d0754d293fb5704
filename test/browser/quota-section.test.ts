/** The section "Quota" of the start page, over the real Worker and a YouTube that counts. */
import type { Browser, Page } from "playwright-core";
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
import { type StartedYouTube, startYouTubeServer } from "../support/start-youtube-server.ts";
import { youtubeServer } from "../support/youtube-server.ts";

const chromiumFile = findChromium();
if (chromiumFile === undefined) {
  console.warn("No chromium on PATH: the tests of the quota's section are SKIPPED.");
}

const { ADMIN_KEY } = ADMIN_VARS;
const AUTHORIZED = { authorization: `Bearer ${ADMIN_KEY}` };

interface Counted {
  readonly used: number;
  readonly left: number;
  readonly users: readonly { readonly user_id: string | null; readonly tokens: number }[];
  readonly others: number;
}

describe.skipIf(chromiumFile === undefined)("quota on the start page", () => {
  let youtube: StartedYouTube;
  let booted: BootedWorker;
  let browser: Browser;

  beforeAll(async () => {
    await buildAssets();
    youtube = await startYouTubeServer(youtubeServer());
    const vars = { YOUTUBE_API_KEY: "key-of-tests", YOUTUBE_BASE_URL: youtube.baseUrl };
    booted = await bootWorker({ persist: false, vars: { ...ADMIN_VARS, ...vars }, quiet: true });
    for (const tenant of ["shop", "other", "keyless"]) {
      await putCatalogue(booted.url, { tenant, items: 300, nowMs: Date.now() });
    }
    await fetch(`${booted.url}/t/keyless/admin/config`, {
      method: "PATCH",
      headers: { ...AUTHORIZED, "content-type": "application/merge-patch+json" },
      body: JSON.stringify({ videos: { youtube_key: "none" } }),
    });
    await trending("shop", "ana", "US");
    await trending("other", "zoe", "JP");
    browser = await launchChromium(chromiumFile ?? "");
  });

  afterAll(async () => {
    await browser?.close();
    await booted?.dispose();
    await youtube?.stop();
  });

  /** Each region is a list of its own, and so a call of its own. */
  async function trending(tenant: string, user: string, region: string): Promise<void> {
    const path = `/t/${tenant}/api/v1/video/trending/${user}?region_code=${region}`;
    const response = await fetch(booted.url + path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await response.body?.cancel();
  }

  /** Of the units, as the operator is told. */
  async function counted(): Promise<Counted> {
    const response = await fetch(`${booted.url}/t/shop/admin/quota`, { headers: AUTHORIZED });
    return ((await response.json()) as { readonly units: Counted }).units;
  }

  const open = async (hash: string, options = {}): Promise<WatchedPage> => {
    const opened = await openPage(browser, booted.url, options);
    await opened.page.goto(`${booted.url}/${hash}`);
    await opened.page.locator(".card").first().waitFor();
    return opened;
  };

  async function showQuota(page: Page, key = ADMIN_KEY): Promise<void> {
    await page.locator("#quota summary").click();
    await page.getByLabel("Admin key").fill(key);
    await page.getByLabel("Admin key").press("Enter");
  }

  const meterOf = (page: Page, name: string) => page.getByRole("meter", { name, exact: true });

  it("shows what is left and who used the rest, and follows it", async ({ expect }) => {
    const { page, complaints, close } = await open("#tenant=shop&user=watcher");
    await showQuota(page);
    const meter = meterOf(page, "Units");
    // What was leased for the calls of the first users is given back within seconds.
    let units = await counted();
    await expect
      .poll(
        async () => {
          units = await counted();
          const spoken = `${units.used} used, ${units.left.toLocaleString("en")} of 10,000 left`;
          return (await meter.getAttribute("aria-valuetext")) === spoken;
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    const anas = units.users.find(({ user_id: name }) => name === "ana")?.tokens ?? 0;
    expect(anas).toBeGreaterThan(0);
    expect(units.others).toBeGreaterThan(0);
    expect(await meter.getAttribute("aria-valuenow")).toBe(String(units.used));
    const rows = page.getByRole("list", { name: "Units, who used them" }).getByRole("listitem");
    expect(await rows.allTextContents()).toEqual([
      `ana${anas}`,
      `other tenants other${units.others}`,
    ]);
    expect(await meterOf(page, "Searches").getAttribute("aria-valuetext")).toContain("of 100 left");
    expect(await page.locator(".rate-count").allTextContents()).toEqual([
      expect.stringMatching(/^\d+ of 10$/),
      expect.stringMatching(/^\d+ of 300$/),
    ]);
    expect(await page.locator(".quota-reset b").textContent()).toMatch(/^\d+(?::\d\d){1,2}$/);
    await page.locator(".quota-reset", { hasText: "here, midnight Pacific" }).waitFor();
    await trending("shop", "ben", "FR");
    await rows.filter({ hasText: "ben" }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it("says calmly that the catalogue answers where no key pays", async ({ expect }) => {
    const { page, complaints, close } = await open("#tenant=keyless&user=keyless");
    await showQuota(page);
    await page.getByText("Its own catalogue answers").waitFor();
    expect(await page.locator("#quota [role=meter]:visible").count()).toBe(0);
    await page.selectOption("#tenant", "shop");
    await meterOf(page, "Units").waitFor();
    expect(await page.getByText("Its own catalogue answers").isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await close();
  });

  it("says that a key is wrong, and keeps a good one in this tab only", async ({ expect }) => {
    const { page, close } = await open("#tenant=shop&user=guesser");
    await showQuota(page, "no-key-of-anybody");
    await page.getByText("Wrong key: nobody here has it.").waitFor();
    const field = page.getByLabel("Admin key");
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).toBe("{}");
    await field.fill(ADMIN_KEY);
    await field.press("Enter");
    await meterOf(page, "Units").waitFor();
    expect(await field.isVisible()).toBe(false);
    expect(page.url()).not.toContain(ADMIN_KEY);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    await page.reload();
    await page.locator("#quota summary").click();
    await meterOf(page, "Units").waitFor();
    await page.getByRole("button", { name: "Forget the key" }).click();
    await field.waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    expect(await meterOf(page, "Units").isVisible()).toBe(false);
    await close();
  });

  it("takes no key from the address", async ({ expect }) => {
    const { page, close } = await open(`#tenant=shop&user=careless&admin=${ADMIN_KEY}`);
    await page.locator("#quota summary").click();
    await page.getByLabel("Admin key").waitFor();
    expect(await page.getByLabel("Admin key").inputValue()).toBe("");
    await close();
  });

  it("loads when it is opened, and asks only while it is seen", async ({ expect }) => {
    const { page, close } = await openPage(browser, booted.url);
    const asked: string[] = [];
    page.on("request", (request) => {
      if (/quota(?:\.js)?$/.test(request.url())) asked.push(new URL(request.url()).pathname);
    });
    await page.clock.install();
    await page.goto(`${booted.url}/#tenant=shop&user=idler`);
    await page.locator(".card").first().waitFor();
    expect(asked).toEqual([]);
    await showQuota(page);
    await meterOf(page, "Units").waitFor();
    expect(asked).toEqual(["/quota.js", "/t/shop/admin/quota"]);
    const again = page.waitForRequest("**/admin/quota");
    await page.clock.runFor(5_000);
    await again;

    const hide = (hidden: boolean): Promise<void> =>
      page.evaluate((value) => {
        Object.defineProperty(document, "hidden", { value, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await hide(true);
    const unseen = asked.length;
    await page.clock.runFor(30_000);
    expect(asked).toHaveLength(unseen);
    const back = page.waitForRequest("**/admin/quota");
    await hide(false);
    await back;

    await page.locator("#quota summary").click();
    // A later observer is told no earlier than the page's own.
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const body = document.querySelector("#quota-body");
          if (body) new IntersectionObserver(() => resolve()).observe(body);
        }),
    );
    const closed = asked.length;
    await page.clock.runFor(30_000);
    expect(asked).toHaveLength(closed);
    await close();
  });

  it("fits a phone, and is there for the keyboard", async ({ expect }) => {
    const phone = { viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true };
    const { page, complaints, close } = await open("#tenant=shop&user=phone", phone);
    await page.getByRole("button", { name: /Feed statistics/ }).click();
    await page.locator("#quota summary").focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("Admin key").waitFor();
    expect(await namelessControls(page)).toEqual([]);
    await page.keyboard.press("Tab");
    await page.keyboard.type(ADMIN_KEY);
    await page.keyboard.press("Enter");
    await meterOf(page, "Units").waitFor();
    expect(await namelessControls(page)).toEqual([]);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Forget the key");
    const widths = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.querySelector("#panel-body")?.scrollWidth,
    ]);
    expect(widths).toEqual([360, 360]);
    expect(complaints).toEqual([]);
    await close();
  });
});
