import { profileKeeper, type ProfileNamespace } from "../profiles/durable-profile-store.ts";
import type { ProfileStore } from "../profiles/profile-store.ts";
import type { UserKey } from "../users/user-store.ts";
import type { Holding } from "./holding.ts";

/** A user's profile. It is counted in the rows of its object: opening it would begin a new one. */
export function durableProfileHolding(
  namespace: ProfileNamespace,
  profiles: Pick<ProfileStore, "forget">,
): Holding {
  const rowsOf = async (key: UserKey): Promise<Readonly<Record<string, string>>> => {
    const rows = await profileKeeper(namespace, key).rows();
    return Object.fromEntries(
      Object.entries(rows).flatMap(([name, text]) =>
        typeof text === "string" ? [[name, text] as const] : [],
      ),
    );
  };
  const count = async (key: UserKey): Promise<number> => Object.keys(await rowsOf(key)).length;
  return {
    store: "profile",
    async erase(key) {
      const rows = await count(key);
      // Also where there are none: this isolate may believe otherwise.
      await profiles.forget(key);
      return rows;
    },
    count,
    async read(key) {
      const rows = Object.entries(await rowsOf(key));
      if (rows.length === 0) return undefined;
      return Object.fromEntries(rows.map(([name, text]) => [name, JSON.parse(text) as unknown]));
    },
  };
}
