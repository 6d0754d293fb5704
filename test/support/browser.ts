/** A real browser over a booted Worker with a catalogue, for the tests of the start page. */
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The first Chromium on PATH; none when there is none, and then these tests are skipped by name. */
export function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const files = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return files.find(runnable);
}

function runnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // the next name or folder may have it
  }
}

export const launchChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: FLAGS });

/** A page, and everything that it complained about. */
export interface WatchedPage {
  readonly page: Page;
  /** Console errors and warnings, uncaught errors, breaches of the CSP, requests to other hosts. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) complaints.push(`elsewhere: ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { page, complaints, close: () => context.close() };
}

/** Visible and hidden controls alike must have a name that a screen reader can say. */
export async function namelessControls(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      "a, button, input, select, [role=meter]",
    );
    return [...controls]
      .filter((control) => {
        const labels = "labels" in control ? [...(control.labels as NodeListOf<Element>)] : [];
        const name = [
          control.getAttribute("aria-label"),
          control.textContent,
          ...labels.map((one) => one.textContent),
        ];
        const spoken = control.tagName === "SELECT" ? [name[0], ...name.slice(2)] : name;
        return spoken.every((text) => (text ?? "").trim() === "");
      })
      .map((control) => control.outerHTML.slice(0, 160));
  });
}
