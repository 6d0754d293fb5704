/** What the page shows, kept in the address, so that it can be reloaded, sent and gone back to. */
import { USER_ID_PATTERN } from "../domain/ids.ts";
import type { RecType } from "./api.ts";

export const PAGE_SIZES = [12, 24, 48, 96, 240] as const;
const DEFAULT_SIZE = 48;

export interface View {
  readonly tenant: string;
  readonly user: string;
  readonly recType: RecType;
  readonly size: number;
}

export const validUser = (text: string): boolean => USER_ID_PATTERN.test(text);

/** The parts of a view that the hash names; what is missing or wrong is left out. */
export function parseHash(hash: string): Partial<View> {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const tenant = fields.get("tenant");
  const user = fields.get("user");
  const recType = fields.get("type");
  const size = Number(fields.get("size"));
  return {
    ...(tenant ? { tenant } : {}),
    ...(user && validUser(user) ? { user } : {}),
    recType: recType === "popularity" || recType === "freshness" ? recType : "mixed",
    size: PAGE_SIZES.find((one) => one === size) ?? DEFAULT_SIZE,
  };
}

export function hashOf(view: View): string {
  const fields = new URLSearchParams({ tenant: view.tenant, user: view.user });
  if (view.recType !== "mixed") fields.set("type", view.recType);
  if (view.size !== DEFAULT_SIZE) fields.set("size", String(view.size));
  return `#${fields}`;
}
