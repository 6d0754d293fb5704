/** A tenant with a few hundred items, put there through the admin routes as any client would. */
const ADMIN_KEY = "admin-key-of-the-browser-tests";
export const ADMIN_VARS = { ADMIN_KEY };

const DAY_MS = 86_400_000;
const POLL_MS = 50;
const POLLS = 400;

export interface CatalogueOptions {
  readonly tenant: string;
  readonly items: number;
  readonly nowMs: number;
}

export async function putCatalogue(url: string, options: CatalogueOptions): Promise<void> {
  const { tenant, items, nowMs } = options;
  await admin(url, "PUT", `/t/${tenant}/admin/tenant`, "application/json", "{}");
  const rows = Array.from({ length: items }, (_, index) =>
    JSON.stringify({
      id: `item-${String(index).padStart(5, "0")}`,
      title: `Item ${index} of the catalogue`,
      channel: `Channel ${index % 17}`,
      views: Math.round(2_000_000 / (index + 1)),
      duration_seconds: 40 + ((index * 37) % 1800),
      // Spread over 100 days, in an order of its own: age and popularity must not go together.
      published_at: nowMs - ((index * 7919) % items) * ((100 * DAY_MS) / items),
    }),
  );
  await admin(url, "POST", `/t/${tenant}/admin/items`, "application/x-ndjson", rows.join("\n"));
  const jobs = `/t/${tenant}/admin/jobs`;
  const { id } = await admin(url, "POST", `${jobs}/refresh-pools`, "application/json", "{}");
  for (let poll = 0; poll < POLLS; poll += 1) {
    const { outcome } = await admin(url, "GET", `${jobs}/${String(id)}`);
    if (outcome === "succeeded") return;
    if (outcome === "failed") throw new Error(`The pools of ${tenant} were not built.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`The pools of ${tenant} were not built in time.`);
}

async function admin(
  url: string,
  method: string,
  path: string,
  contentType?: string,
  body?: string,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_KEY}`,
      ...(contentType === undefined ? {} : { "content-type": contentType }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as Record<string, unknown>;
}
