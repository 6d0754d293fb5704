/** `npm run demo`: puts the demo catalogue into a running Worker, such as plain `npx wrangler dev`. */
import { parseArgs } from "node:util";
import { adminClient, AdminError } from "./admin/admin-client.ts";
import { neededAdminKey } from "./admin/admin-key.ts";
import { DEMO_ITEMS, DEMO_TENANT, pushDemoCatalogue } from "./demo/push-catalogue.ts";
import { elapsed, step, wholeNumber } from "./start/steps.ts";

const HELP = `Puts a made-up catalogue into a running Worker and builds its pools.

  npm run demo -- [options]

  --url URL         where the Worker is            (http://127.0.0.1:8787)
  --tenant ID       the tenant to fill             (${DEMO_TENANT})
  --items N         how many items, to 1,000,000   (${wholeNumber(DEMO_ITEMS)})
  --admin-key KEY   otherwise ADMIN_KEY of the environment or of .dev.vars

The same items every time; their ages count from now.`;

try {
  const { values } = parseArgs({
    options: {
      url: { type: "string", default: "http://127.0.0.1:8787" },
      tenant: { type: "string", default: DEMO_TENANT },
      items: { type: "string", default: String(DEMO_ITEMS) },
      "admin-key": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) console.log(HELP);
  else await push(values.url, values.tenant, parseItems(values.items), values["admin-key"]);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function push(url: string, tenant: string, items: number, givenKey?: string): Promise<void> {
  const adminKey = neededAdminKey(givenKey);
  const client = adminClient({
    url,
    adminKey,
    onRetry: (reason) => console.error(`  ${reason}; again …`),
  });
  const sinceMs = performance.now();
  await step("demo", async ({ progress }) => {
    await pushDemoCatalogue({
      client,
      tenant,
      items,
      nowMs: Date.now(),
      onProgress: (pushed) => progress(`${wholeNumber(pushed)} of ${wholeNumber(items)} items …`),
    });
    return [`${wholeNumber(items)} items in tenant ${tenant}`, undefined];
  });
  console.log(`\n  Done in ${elapsed(performance.now() - sinceMs)}. Try:`);
  console.log(`  curl "${url}/t/${tenant}/recommend/ana?count=5&fields=title,channel"`);
}

function parseItems(text: string): number {
  const items = Number(text);
  if (Number.isInteger(items) && items >= 1 && items <= 1_000_000) return items;
  throw new AdminError(`--items is "${text}"; it must be a whole number from 1 to 1,000,000.`);
}
