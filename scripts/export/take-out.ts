/** Writes a tenant into a file, a gzip member a page: members in a row are one gzip file, and a torn one is cut off. */
import { open } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { AdminClient } from "../admin/admin-client.ts";
import { progressFile } from "../admin/progress-file.ts";

interface Taken {
  readonly url: string;
  readonly tenant: string;
  /** Of the file, whole pages only. */
  readonly bytes: number;
  readonly lines: number;
  /** Where the next page begins. */
  readonly after: string | undefined;
}

export interface TakeOut {
  readonly client: Pick<AdminClient, "ask" | "askText">;
  readonly tenant: string;
  readonly url: string;
  readonly file: string;
  readonly restart: boolean;
  readonly say: (lines: number) => void;
}

/** Returns how many lines are in the file. */
export async function takeOut({
  client,
  tenant,
  url,
  file,
  restart,
  say,
}: TakeOut): Promise<number> {
  const progress = progressFile<Taken>(`${file}.progress`);
  const kept = restart ? undefined : progress.load();
  const before = kept?.url === url && kept.tenant === tenant ? kept : undefined;
  const out = await open(file, before === undefined ? "w" : "r+");
  try {
    let taken = before ?? (await writeRecord());
    await out.truncate(taken.bytes);
    for (;;) {
      const query = taken.after === undefined ? "" : `?after=${encodeURIComponent(taken.after)}`;
      const text = await client.askText("GET", `/t/${tenant}/admin/export${query}`);
      const rows = text.trimEnd().split("\n");
      const end = JSON.parse(rows.pop() ?? "") as { kind: "next" | "end"; after?: string };
      // The rows of a page are there before the place after them is.
      taken = { ...(await write(taken, rows)), after: end.after };
      say(taken.lines);
      if (end.kind === "end") break;
      progress.save(taken);
    }
    progress.remove();
    return taken.lines;
  } finally {
    await out.close();
  }

  async function writeRecord(): Promise<Taken> {
    const record = await client.ask<{ config: unknown }>("GET", `/t/${tenant}/admin/config`);
    const row = JSON.stringify({ kind: "record", tenant, config: record.config });
    return write({ url, tenant, bytes: 0, lines: 0, after: undefined }, [row]);
  }

  async function write(taken: Taken, rows: readonly string[]): Promise<Taken> {
    if (rows.length === 0) return taken;
    const member = gzipSync(`${rows.join("\n")}\n`);
    await out.write(member, 0, member.length, taken.bytes);
    await out.sync();
    const { bytes, lines } = taken;
    return { ...taken, bytes: bytes + member.length, lines: lines + rows.length };
  }
}
