import { mayName, namingOf, tableNames } from "../similar/named-users.ts";
import { versionsPrefix } from "../similar/similar-version.ts";
import type { UserKey } from "../users/user-store.ts";
import type { Holding } from "./holding.ts";

const LIST_LIMIT = 1_000;

/**
 * What was computed of the log and names users: whole files, so that a user goes with the next version, which is
 * computed of a log without them. Counted in files that name the user, read as the steps write them.
 */
export function r2ArtefactsHolding(bucket: R2Bucket): Holding {
  const keysOf = async (tenant: string): Promise<readonly string[]> => {
    const keys: string[] = [];
    let cursor: string | undefined;
    do {
      const listed = await bucket.list({
        prefix: versionsPrefix(tenant),
        limit: LIST_LIMIT,
        ...(cursor === undefined ? {} : { cursor }),
      });
      keys.push(...listed.objects.map(({ key }) => key));
      cursor = listed.truncated ? listed.cursor : undefined;
    } while (cursor !== undefined);
    return keys;
  };
  const count = async ({ tenant, user }: UserKey): Promise<number> => {
    let files = 0;
    for (const key of mayName(await keysOf(tenant), user)) {
      if (await names(bucket, key, user)) files += 1;
    }
    return files;
  };
  return {
    store: "similar_models",
    erase: () => Promise.resolve(0),
    count,
    read: async (key) => {
      const files = await count(key);
      return files === 0 ? undefined : { files };
    },
  };
}

async function names(bucket: R2Bucket, key: string, user: string): Promise<boolean> {
  const naming = namingOf(key);
  const object = await bucket.get(key);
  if (object === null) return false;
  if (naming === "table") return tableNames(new Uint8Array(await object.arrayBuffer()), user);
  return holds(object.body, user, naming === "lines" ? isFirstOfLine : isWord);
}

type Place = (before: string, after: string) => boolean;

const isFirstOfLine: Place = (before, after) => before === "\n" && after === "\t";
const WORD = /[A-Za-z0-9._~:@|+=-]/;
/** Of a file that no step of ours writes: rather found once too often. */
const isWord: Place = (before, after) => !WORD.test(before) && !WORD.test(after);

/** Piece by piece, with as much of the piece before as an id may span: models may be larger than memory. */
async function holds(
  body: ReadableStream<Uint8Array>,
  user: string,
  place: Place,
): Promise<boolean> {
  // One character a byte, so that files that are not text can be looked into, too.
  const decoder = new TextDecoder("latin1");
  let text = "\n";
  for await (const piece of body) {
    text += decoder.decode(piece, { stream: true });
    if (hasAt(text, user, place, false)) return true;
    text = text.slice(-(user.length + 1));
  }
  return hasAt(text, user, place, true);
}

function hasAt(text: string, user: string, place: Place, ended: boolean): boolean {
  // What begins the text was judged with the piece before.
  for (let at = text.indexOf(user, 1); at !== -1; at = text.indexOf(user, at + 1)) {
    const after = text.charAt(at + user.length);
    // What follows may be in the next piece.
    if (after === "" && !ended) return false;
    if (place(text.charAt(at - 1), after)) return true;
  }
  return false;
}
