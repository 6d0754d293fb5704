import { parseArgs } from "node:util";
import { parseTenantId } from "../../src/domain/ids.ts";
import { ImportError } from "./import-error.ts";

export const HELP = `Imports a catalogue, and watch history, into a tenant of a running Worker.

  npm run import -- --tenant ID --items FILE [options]

  --tenant ID        the tenant; created when it does not exist
  --items FILE       items: CSV or NDJSON, also gzipped; "-" reads stdin
  --watched FILE     watch history: user_id, video_id (or item_id), watched_at
  --url URL          where the Worker is                  (http://127.0.0.1:8787)
  --name NAME        the tenant's name
  --map A=B,C=D      field A of an item is column B of the file; other columns keep their names
  --map-watched A=B  the same for the file of --watched
  --shift-to-now     moves all times by one offset, so that the newest item is published now
  --rejects FILE     writes every rejected row there, with its line and the reason
  --restart          forgets how far an interrupted import came
  --admin-key KEY    otherwise ADMIN_KEY of the environment or of .dev.vars

Fields of an item: id, title, channel, category, tags, thumbnail, description, duration_seconds,
published_at (ISO 8601 or epoch), views, popularity (default: views). Other columns are kept as well.
Tags may be one text separated by "|". Times without a zone are UTC.

Rows are inserted or replaced by id, so an import can be repeated. After an interruption the same command
continues where it stopped. Exit code: 0 all rows are in, 2 some were rejected, 1 it failed.

  npm run import -- --tenant acme --items videos.csv.gz --map id=video_id,published_at=publish_time`;

/** Target field of ours → column of the file. */
export type ColumnMap = ReadonlyMap<string, string>;

export interface ImportOptions {
  readonly tenant: string;
  readonly items?: string;
  readonly watched?: string;
  readonly url: string;
  readonly name?: string;
  readonly map: ColumnMap;
  readonly mapWatched: ColumnMap;
  readonly shiftToNow: boolean;
  readonly rejects?: string;
  readonly restart: boolean;
  readonly adminKey?: string;
}

/** Undefined when only help was asked for. */
export function parseImportOptions(args: readonly string[]): ImportOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tenant: { type: "string" },
      items: { type: "string" },
      watched: { type: "string" },
      url: { type: "string", default: "http://127.0.0.1:8787" },
      name: { type: "string" },
      map: { type: "string", multiple: true, default: [] },
      "map-watched": { type: "string", multiple: true, default: [] },
      "shift-to-now": { type: "boolean", default: false },
      rejects: { type: "string" },
      restart: { type: "boolean", default: false },
      "admin-key": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const { tenant, items, watched, name, rejects, "admin-key": adminKey } = values;
  if (tenant === undefined)
    throw new ImportError("Which tenant? Give --tenant ID (--help tells more).");
  if (parseTenantId(tenant) === undefined) {
    throw new ImportError(
      `"${tenant}" is no tenant id: 1 to 40 lower-case letters, digits and hyphens, no hyphen at an end.`,
    );
  }
  if (items === undefined && watched === undefined) {
    throw new ImportError("Nothing to import: give --items FILE, --watched FILE or both.");
  }
  if (items === "-" && watched === "-") throw new ImportError("Only one file can be stdin.");
  if (values["shift-to-now"] && (items ?? watched) === "-") {
    throw new ImportError("--shift-to-now reads the file twice, which stdin does not allow.");
  }
  if (!URL.canParse(values.url))
    throw new ImportError(`--url is "${values.url}", which is no URL.`);
  return {
    tenant,
    url: values.url.replace(/\/+$/, ""),
    map: parseColumnMap("--map", values.map),
    mapWatched: parseColumnMap("--map-watched", values["map-watched"]),
    shiftToNow: values["shift-to-now"],
    restart: values.restart,
    ...(items === undefined ? {} : { items }),
    ...(watched === undefined ? {} : { watched }),
    ...(name === undefined ? {} : { name }),
    ...(rejects === undefined ? {} : { rejects }),
    ...(adminKey === undefined ? {} : { adminKey }),
  };
}

export function parseColumnMap(option: string, texts: readonly string[]): ColumnMap {
  const map = new Map<string, string>();
  for (const pair of texts.flatMap((text) => text.split(","))) {
    const at = pair.indexOf("=");
    const target = pair.slice(0, at).trim();
    const source = pair.slice(at + 1).trim();
    if (at < 1 || target === "" || source === "") {
      throw new ImportError(`${option}: "${pair}" should read field=column, such as title=name.`);
    }
    if (map.has(target)) throw new ImportError(`${option} says twice where ${target} comes from.`);
    map.set(target, source);
  }
  return map;
}
