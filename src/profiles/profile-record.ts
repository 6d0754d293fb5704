/** A profile with its numbers, as it is stored. */
import { parseJson } from "../domain/json.ts";
import * as z from "zod";
import type { Profile } from "./profile.ts";
import { readProfile } from "./profile-codec.ts";

export interface ProfileRecord {
  readonly version: number;
  readonly revision: number;
  readonly profile: Profile;
}

const number = z.number().int().min(0).catch(0);
const recordSchema = z
  .object({ version: number, revision: number, profile: z.unknown() })
  .catch({ version: 0, revision: 0, profile: undefined });

export const encodeRecord = (record: ProfileRecord): string => JSON.stringify(record);

/** Forgives as `readProfile` does. */
export function decodeRecord(stored: string): ProfileRecord {
  const { version, revision, profile } = recordSchema.parse(parseJson(stored));
  return { version, revision, profile: readProfile(profile) };
}
