import { parseArgs } from "node:util";
import { parseTenantId } from "../../src/domain/ids.ts";

export const HELP = `Takes a whole tenant out of a running Worker into a file, or puts it back in.

  npm run export -- --tenant ID [--out FILE] [options]
  npm run export -- --tenant ID --restore FILE [options]

  --tenant ID      the tenant; a restore may give it another id, and creates it
  --out FILE       where to                        (ID.ndjson.gz)
  --restore FILE   puts such a file in, in place of taking one out
  --url URL        where the Worker is             (http://127.0.0.1:8787)
  --restart        begins anew in place of going on where an interrupted run stopped
  --admin-key KEY  otherwise ADMIN_KEY of the environment or of .dev.vars

The file is gzipped NDJSON: the record, items, sources and what they gave, webhooks, watch history, profiles of the
users who can be listed (active within 7 days, or with imported history), and the event log. Not in it: keys and
secrets, which the file should not give away (a restored webhook is disabled: rotate its secret, then enable it); what
users were served, which ends by itself; what jobs compute again. After an interruption the same command goes on
where it stopped.`;

/** What is wrong with the command, in words for who typed it. */
export class ExportError extends Error {
  override readonly name = "ExportError";
}

export interface ExportOptions {
  readonly tenant: string;
  readonly url: string;
  readonly file: string;
  readonly restore: boolean;
  readonly restart: boolean;
  readonly adminKey?: string;
}

/** Undefined when only help was asked for. */
export function parseExportOptions(args: readonly string[]): ExportOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tenant: { type: "string" },
      out: { type: "string" },
      restore: { type: "string" },
      url: { type: "string", default: "http://127.0.0.1:8787" },
      restart: { type: "boolean", default: false },
      "admin-key": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const { tenant, out, restore, url, restart, "admin-key": adminKey } = values;
  if (tenant === undefined || parseTenantId(tenant) === undefined) {
    throw new ExportError("Which tenant? Give --tenant ID (--help tells more).");
  }
  if (out !== undefined && restore !== undefined) {
    throw new ExportError("--out takes a tenant out and --restore puts one in: give one of them.");
  }
  if (!URL.canParse(url)) throw new ExportError(`--url is "${url}", which is no URL.`);
  return {
    tenant,
    url: url.replace(/\/+$/, ""),
    file: restore ?? out ?? `${tenant}.ndjson.gz`,
    restore: restore !== undefined,
    restart,
    ...(adminKey === undefined ? {} : { adminKey }),
  };
}
