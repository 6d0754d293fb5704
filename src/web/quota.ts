/** The section "Quota": a file of its own, loaded when the section is opened for the first time. */
import { adminKeyForm } from "./admin-key.ts";
import { ProblemError } from "./api.ts";
import { element, required } from "./dom.ts";
import { parseHash } from "./location-hash.ts";
import { loadQuota } from "./quota-answer.ts";
import { QuotaPicture } from "./quota-picture.ts";

/** A call of YouTube takes a second or so: this is soon enough to watch one, and costs the quota's object little. */
const REFRESH_MS = 3_000;
const TICK_MS = 1_000;

const section = required("quota", HTMLDetailsElement);
const root = required("quota-body", HTMLElement);
const picture = new QuotaPicture();
const form = adminKeyForm(() => {
  justOpened = true;
  refresh();
});
const trouble = element("p", { class: "quota-trouble", role: "status" });
const forget = element("button", { class: "quota-forget", type: "button" }, "Forget the key");

let seen = false;
/** Opened, and nothing shown since: what then appears below the edge of the panel is brought into view, once. */
let justOpened = true;
/** What was refused is not tried again by itself: the same key would only be refused once more. */
let refused = false;
/** Counts what was asked for, so that a late answer is known for one. */
let turn = 0;
let timer = 0;

picture.root.hidden = true;
forget.hidden = true;
root.replaceChildren(form.root, picture.root, trouble, forget);
forget.addEventListener("click", () => {
  form.forget();
  demandKey();
  required("admin-key", HTMLInputElement).focus();
});
section.addEventListener("toggle", () => {
  justOpened = section.open;
  reveal();
});
addEventListener("hashchange", () => {
  if (parseHash(location.hash).tenant === root.dataset["tenant"]) return;
  picture.root.hidden = true;
  refresh();
});
document.addEventListener("visibilitychange", refreshIfSeen);
// Covers a closed section, a closed sheet and a panel that is scrolled elsewhere alike.
new IntersectionObserver((entries) => {
  seen = entries.at(-1)?.isIntersecting ?? false;
  refreshIfSeen();
}).observe(root);
setInterval(() => {
  if (watched()) picture.tick(Date.now());
}, TICK_MS);
if (form.key === undefined) demandKey();
else form.hide();

function watched(): boolean {
  return seen && !document.hidden;
}

function reveal(): void {
  const shown = !form.root.hidden || !picture.root.hidden;
  if (!justOpened || !shown) return;
  justOpened = false;
  section.scrollIntoView({ block: "nearest" });
}

function refreshIfSeen(): void {
  if (!watched()) clearTimeout(timer);
  else if (!refused) refresh();
}

function demandKey(fault?: string): void {
  refused = fault !== undefined;
  turn += 1;
  clearTimeout(timer);
  picture.root.hidden = true;
  forget.hidden = true;
  trouble.textContent = "";
  form.ask(fault);
  reveal();
}

function refresh(): void {
  clearTimeout(timer);
  const { tenant } = parseHash(location.hash);
  const { key } = form;
  if (key === undefined || tenant === undefined) return;
  turn += 1;
  root.dataset["tenant"] = tenant;
  void show(tenant, key, turn);
}

async function show(tenant: string, key: string, mine: number): Promise<void> {
  try {
    const answer = await loadQuota(tenant, key);
    if (mine !== turn) return;
    refused = false;
    // Who sent the form by keyboard goes on from what came of it.
    if (form.root.contains(document.activeElement)) root.focus({ preventScroll: true });
    form.hide();
    trouble.textContent = "";
    picture.show(answer, tenant, Date.now());
    picture.root.hidden = false;
    forget.hidden = false;
    reveal();
  } catch (cause) {
    if (!(cause instanceof ProblemError)) throw cause;
    if (mine !== turn) return;
    if (cause.status === 401) {
      form.forget();
      demandKey("Wrong key: nobody here has it.");
      return;
    }
    if (cause.status === 403) {
      // Kept: it may well be the key of another tenant that is looked at next.
      demandKey(`This key is not an admin's of “${tenant}”.`);
      return;
    }
    trouble.textContent = `Not refreshed: ${cause.message}`;
  }
  if (watched()) timer = window.setTimeout(refresh, REFRESH_MS);
}
