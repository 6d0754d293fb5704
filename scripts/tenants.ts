/** `npm run tenants`: shows and changes the records of tenants of a running Worker. */
import { adminClient, AdminError } from "./admin/admin-client.ts";
import { neededAdminKey } from "./admin/admin-key.ts";
import { elapsed } from "./start/steps.ts";
import { HELP, parseTenantsOptions, type TenantsOptions } from "./tenants/options.ts";
import { runTenantsCommand } from "./tenants/run-command.ts";
import { UsageError } from "./tenants/usage-error.ts";

try {
  const options = parseTenantsOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else await run(options);
} catch (error) {
  process.exitCode = 1;
  for (const line of describe(error)) console.error(`  ${line}`);
}

async function run({ url, command, ...options }: TenantsOptions): Promise<void> {
  const adminKey = neededAdminKey(options.adminKey);
  const client = adminClient({
    url,
    adminKey,
    onRetry: (reason, waitMs) => console.error(`  ${reason}; again in ${elapsed(waitMs)}`),
  });
  await runTenantsCommand(client, command, (line) => console.log(line));
}

function describe(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  if (error instanceof AdminError && error.faults.length > 0) {
    return error.faults.map(({ path, message }) => `${path} ${message}`);
  }
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const ours = error instanceof UsageError || error instanceof AdminError;
  // parseArgs explains a wrong option well, and a file that is missing is named; the rest is a surprise.
  const plain = ours || code.startsWith("ERR_PARSE_ARGS") || code === "ENOENT";
  return [plain ? error.message : (error.stack ?? error.message)];
}
