/** The start page: a tenant, a user, their feed, and what it does to their pools. */
import { loadStats, loadTenants, ProblemError, recordWatched, type Tenant } from "./api.ts";
import { showWatched } from "./card.ts";
import { element, required } from "./dom.ts";
import { Feed, type PageServed, type Tally } from "./feed.ts";
import { amount, milliseconds, plural } from "./format.ts";
import { hashOf, PAGE_SIZES, parseHash, validUser, type View } from "./location-hash.ts";
import { noTenants, problem } from "./notices.ts";
import { Panel } from "./panel.ts";
import { randomUserId } from "./random.ts";
import { Toast } from "./toast.ts";

/** A refill runs behind the answer: the levels are read once at once and once when it should be done. */
const STATS_DELAYS_MS = [120, 1500] as const;

const form = required("query", HTMLFormElement);
const userField = required("user", HTMLInputElement);
const tenantField = required("tenant", HTMLSelectElement);
const sizeField = required("size", HTMLSelectElement);
const userFault = required("user-fault", HTMLElement);
const announcer = required("announcer", HTMLElement);
const catalogue = required("catalogue", HTMLElement);
const feedRoot = required("feed", HTMLElement);

const panel = new Panel();
const toast = new Toast();
const feed = new Feed({
  feed: feedRoot,
  tail: required("tail", HTMLElement),
  onPage: showPage,
  onAnotherUser: rollDice,
});

let view: View | undefined;
let itemsOf: ReadonlyMap<string, number | undefined> = new Map();
let statsTimers: readonly number[] = [];

for (const size of PAGE_SIZES) {
  sizeField.append(element("option", { value: String(size) }, String(size)));
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  chooseFromForm();
});
form.addEventListener("change", chooseFromForm);
required("dice", HTMLButtonElement).addEventListener("click", rollDice);
feedRoot.addEventListener("click", (event) => void markClicked(event));
addEventListener("hashchange", () => {
  if (view === undefined || location.hash === hashOf(view)) return;
  choose({ ...view, ...parseHash(location.hash) });
});
required("quota", HTMLElement).addEventListener("toggle", () => {
  import("./quota.ts").catch(() => toast.show("The quota did not load. Reload the page."));
});
fitUserField();
userField.addEventListener("input", fitUserField);
void begin();

async function begin(): Promise<void> {
  let tenants: readonly Tenant[];
  try {
    tenants = await loadTenants();
  } catch (cause) {
    const fault = cause instanceof ProblemError ? cause : undefined;
    if (fault === undefined) throw cause;
    feed.stop(problem(fault, () => void begin()));
    return;
  }
  const asked = parseHash(location.hash);
  tenantField.replaceChildren(
    ...tenants.map(({ id, name }) => element("option", { value: id }, name || id)),
  );
  itemsOf = new Map(tenants.map(({ id, items }) => [id, items]));
  tenantField.disabled = tenants.length === 0;
  const tenant = tenants.find(({ id }) => id === asked.tenant) ?? tenants[0];
  if (tenant === undefined) {
    feed.stop(noTenants(() => void begin()));
    return;
  }
  choose({
    tenant: tenant.id,
    user: asked.user ?? randomUserId(Math.random),
    recType: asked.recType ?? "mixed",
    size: asked.size ?? PAGE_SIZES[0],
  });
}

function choose(next: View): void {
  const anotherUser = view?.tenant !== next.tenant || view.user !== next.user;
  view = next;
  tenantField.value = next.tenant;
  userField.value = next.user;
  sizeField.value = String(next.size);
  for (const option of form.querySelectorAll<HTMLInputElement>("[name=rec_type]")) {
    option.checked = option.value === next.recType;
  }
  const items = itemsOf.get(next.tenant);
  catalogue.textContent = items === undefined ? "" : `from ${plural(items, "item")}`;
  fitUserField();
  if (location.hash !== hashOf(next)) location.hash = hashOf(next);
  document.title = `${next.user} at ${next.tenant} · Nearfeed`;
  panel.reset();
  if (anotherUser) scrollTo({ top: 0 });
  feed.start(next);
  panel.showTally(feed.tally());
  readStatsSoon();
}

function chooseFromForm(): void {
  if (view === undefined) return;
  const user = userField.value.trim();
  const fine = validUser(user);
  userField.setAttribute("aria-invalid", String(!fine));
  userFault.textContent = fine
    ? ""
    : "A user id has 1 to 128 characters of A–Z a–z 0–9 . _ ~ : @ | + = -";
  if (!fine) return;
  const fields = new URLSearchParams();
  const chosen = form.querySelector<HTMLInputElement>("[name=rec_type]:checked");
  fields.set("type", chosen?.value ?? "mixed");
  fields.set("size", sizeField.value);
  const next: View = { ...view, ...parseHash(`#${fields}`), tenant: tenantField.value, user };
  if (hashOf(next) !== hashOf(view)) choose(next);
}

function rollDice(): void {
  if (view === undefined) return;
  const dice = required("dice", HTMLButtonElement);
  dice.dataset["turn"] = dice.dataset["turn"] === "a" ? "b" : "a";
  userFault.textContent = "";
  userField.setAttribute("aria-invalid", "false");
  choose({ ...view, user: randomUserId(Math.random) });
}

function showPage(page: PageServed, counted: Tally): void {
  panel.addPage(page);
  panel.showTally(counted);
  readStatsSoon();
  announcer.textContent =
    `Page ${page.number}: ${plural(page.sources.length, "item")} in ` +
    `${milliseconds(page.timing.measuredMs)}. ` +
    `${amount(counted.served)} served, ${plural(counted.repeats, "repeat")}.`;
}

function readStatsSoon(): void {
  for (const timer of statsTimers) clearTimeout(timer);
  statsTimers = STATS_DELAYS_MS.map((delayMs) =>
    window.setTimeout(() => void readStats(), delayMs),
  );
}

async function readStats(): Promise<void> {
  const asked = view;
  if (asked === undefined || document.hidden) return;
  try {
    const stats = await loadStats(asked.tenant, asked.user);
    if (view?.tenant === asked.tenant && view.user === asked.user) panel.showStats(stats);
  } catch (cause) {
    // The feed goes on without its statistics; a tenant without pools has none.
    if (!(cause instanceof ProblemError)) throw cause;
  }
}

async function markClicked(event: Event): Promise<void> {
  const button = event.target instanceof Element ? event.target.closest(".watch") : null;
  const card = button?.closest<HTMLElement>(".card");
  const id = card?.dataset["id"];
  const state = card?.dataset["watched"] ?? "no";
  if (!card || id === undefined || view === undefined || state !== "no") return;
  showWatched(card, "saving");
  try {
    await recordWatched(view.tenant, view.user, id);
    showWatched(card, "watched");
    announcer.textContent = "Marked as watched.";
    readStatsSoon();
  } catch (cause) {
    showWatched(card, "no");
    if (!(cause instanceof ProblemError)) throw cause;
    const request = cause.requestId === undefined ? "" : ` Request ${cause.requestId}.`;
    toast.show(`Not marked: ${cause.message}${request}`);
  }
}

/** The field is as wide as what it holds, so that the sentence reads as one. */
function fitUserField(): void {
  userField.size = Math.min(28, Math.max(3, userField.value.length + 1));
}
