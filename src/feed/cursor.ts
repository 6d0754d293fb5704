/**
 * The cursor of a ranked feed. It carries the rest of its slate, so that the next page is what was ranked when
 * the first one was made: nothing repeats and nothing is skipped while ranking, pools and config move.
 *
 * As text: kind, time, pools version, items served, slate id, the codes of the rest, signature; about 800
 * characters for the 80 items behind a first page of 20. The signature covers tenant and user, too.
 */
import { FailureError } from "../domain/failure.ts";
import { CODE_WIDTH, type ItemCodes } from "../domain/item-code.ts";
import type { Signer } from "../platform/signing.ts";
import type { UserKey } from "../users/user-store.ts";

/** Pools keep their old versions for an hour, and with them the names of the items in a slate. */
export const CURSOR_LIFE_SECONDS = 3_000;
const PURPOSE = "feed-cursor";
const FORM =
  /^([pcdf])\.([0-9a-z]{1,8})\.([0-9a-z]{1,11})\.([0-9a-z]{1,5})\.([\w-]{16})\.([\w-]{7,3500})\.([\w-]{22})$/;

/** How the slate was made: personal, for a cold start, the default list, or a fallback list. */
export type SlateKind = "personalized" | "cold_start" | "default" | "fallback";

/** Made for one user, rather than for everybody. */
export const isPersonal = (kind: SlateKind): boolean =>
  kind === "personalized" || kind === "cold_start";

const LETTERS = { personalized: "p", cold_start: "c", default: "d", fallback: "f" } as const;
const KINDS: Readonly<Record<string, SlateKind>> = {
  p: "personalized",
  c: "cold_start",
  d: "default",
  f: "fallback",
};

export interface Cursor {
  readonly kind: SlateKind;
  readonly issuedAtSeconds: number;
  /** The pools that can name the items. */
  readonly poolsVersion: number;
  /** Items of the slate before the rest: positions in tracking tokens go on from here. */
  readonly served: number;
  readonly slate: string;
  readonly rest: ItemCodes;
}

export async function writeCursor(signer: Signer, key: UserKey, cursor: Cursor): Promise<string> {
  const text = [
    LETTERS[cursor.kind],
    cursor.issuedAtSeconds.toString(36),
    cursor.poolsVersion.toString(36),
    cursor.served.toString(36),
    cursor.slate,
    cursor.rest,
  ].join(".");
  return `${text}.${await signer.sign(PURPOSE, boundTo(key, text))}`;
}

/** Throws INVALID_CURSOR, saying whether it is not one of ours or too old. */
export async function parseCursor(
  signer: Signer,
  key: UserKey,
  text: string,
  nowSeconds: number,
): Promise<Cursor> {
  const parts = FORM.exec(text);
  const [, letter = "", issued = "", version = "", served = "", slate = "", rest = "", mac = ""] =
    parts ?? [];
  const kind = KINDS[letter];
  if (kind === undefined || rest.length % CODE_WIDTH !== 0) {
    throw invalid("This is not a cursor of this feed.");
  }
  const signed = text.slice(0, text.length - mac.length - 1);
  if (!(await signer.verify(PURPOSE, boundTo(key, signed), mac))) {
    throw invalid("The cursor is forged, or was issued to another tenant or user.");
  }
  const issuedAtSeconds = Number.parseInt(issued, 36);
  if (nowSeconds >= issuedAtSeconds + CURSOR_LIFE_SECONDS) {
    throw invalid("The cursor has expired: start again without one.");
  }
  return {
    kind,
    issuedAtSeconds,
    poolsVersion: Number.parseInt(version, 36),
    served: Number.parseInt(served, 36),
    slate,
    rest: rest as ItemCodes,
  };
}

const boundTo = ({ tenant, user }: UserKey, text: string): string => `${tenant}\n${user}\n${text}`;

const invalid = (message: string): FailureError =>
  new FailureError("INVALID_CURSOR", message, {
    faults: [{ path: "query.cursor", message }],
  });
