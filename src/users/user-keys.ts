/**
 * Redis keys of a user. One hash tag for all, so that a script on them stays in one slot, on Dragonfly on
 * one thread. Listed in docs/storage-schema.md.
 */
import type { UserKey } from "./user-store.ts";

/** HASH: queues, lease, cursors and watched filter. */
export const feedKey = ({ tenant, user }: UserKey): string => `nf:{${tenant}:${user}}:feed`;

/** LIST: served pages, oldest first. */
export const servedKey = ({ tenant, user }: UserKey): string => `nf:{${tenant}:${user}}:served`;

/** STRING: number of peeks in one second. A key a second, so that clocks that differ count apart. */
const peeksKey = ({ tenant, user }: UserKey, nowSeconds: number): string =>
  `nf:{${tenant}:${user}}:peeks:${nowSeconds}`;

/** The keys of every user script, in the order in which the scripts name them. */
export const userKeys = (key: UserKey): readonly [string, string] => [feedKey(key), servedKey(key)];

/** The keys of a peek at `nowSeconds`. */
export const peekKeys = (key: UserKey, nowSeconds: number): readonly [string, string, string] => [
  ...userKeys(key),
  peeksKey(key, nowSeconds),
];
