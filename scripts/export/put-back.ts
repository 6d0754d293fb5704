/** Puts a file of `take-out.ts` into a tenant. Every batch may be sent twice. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { type AdminClient, AdminError } from "../admin/admin-client.ts";
import { ExportError } from "./options.ts";
import { progressFile } from "../admin/progress-file.ts";
import { runJobs } from "../admin/run-job.ts";

interface Put {
  readonly url: string;
  readonly tenant: string;
  readonly sizeBytes: number;
  readonly changedMs: number;
  /** Lines of the file that are in. */
  readonly lines: number;
}

export interface PutBack {
  readonly client: Pick<AdminClient, "ask" | "postRows">;
  readonly tenant: string;
  readonly url: string;
  readonly file: string;
  readonly restart: boolean;
  readonly say: (lines: number) => void;
}

/** A body of the route: 5,000 lines and 8 MB at most. A line of the log is up to 5 MB. */
const BATCH_LINES = 2_000;
const BATCH_CHARACTERS = 2_500_000;

/** Returns how many lines are in. Throws when the Worker refuses one, by its number. */
export async function putBack(settings: PutBack): Promise<number> {
  const { client, tenant, url, file, restart, say } = settings;
  const { size: sizeBytes, mtimeMs: changedMs } = await stat(file);
  const progress = progressFile<Put>(`${file}.restore-progress`);
  const kept = restart ? undefined : progress.load();
  const same =
    kept?.url === url &&
    kept.tenant === tenant &&
    kept.sizeBytes === sizeBytes &&
    kept.changedMs === changedMs;
  let done = same ? kept.lines : 0;
  let batch: string[] = [];
  let characters = 0;
  const send = async (): Promise<void> => {
    if (batch.length === 0) return;
    const { rejected } = await client.postRows(tenant, "import", batch.join("\n"));
    const [first] = rejected;
    if (first !== undefined) {
      throw new AdminError(`line ${done + first.line} of ${file} is refused: ${first.reason}`);
    }
    done += batch.length;
    batch = [];
    characters = 0;
    progress.save({ url, tenant, sizeBytes, changedMs, lines: done });
    say(done);
  };
  const input = createReadStream(file).pipe(createGunzip());
  let read = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    read += 1;
    if (read <= done) continue;
    if (read === 1) {
      await putRecord(client, tenant, line);
      done = 1;
      continue;
    }
    if (characters + line.length > BATCH_CHARACTERS || batch.length >= BATCH_LINES) await send();
    batch.push(line);
    characters += line.length;
  }
  await send();
  progress.remove();
  return done;
}

/** Has pools, lists of gifts and watched filters made of what is in; the rest is left to cron. */
export async function computeAgain(
  client: Pick<AdminClient, "runJob">,
  tenant: string,
  say: (line: string) => void,
): Promise<void> {
  await runJobs(client, tenant, ["refresh-pools", "update-popularity", "sync-watched"], say);
}

async function putRecord(
  client: Pick<AdminClient, "ask">,
  tenant: string,
  line: string,
): Promise<void> {
  const { kind, config } = JSON.parse(line) as { kind: string; config: unknown };
  if (kind !== "record") throw new ExportError("This is no export: its first line is no record.");
  await client.ask("PUT", `/t/${tenant}/admin/config`, { body: config });
}
