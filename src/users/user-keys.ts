/**
 * Redis keys of a user. One hash tag for both, so that a script on them stays in one slot, on Dragonfly on
 * one thread. Listed in docs/storage-schema.md.
 */
import type { UserKey } from "./user-store.ts";

/** HASH: queues, lease, cursors and watched filter. */
export const feedKey = ({ tenant, user }: UserKey): string => `nf:{${tenant}:${user}}:feed`;

/** LIST: served pages, oldest first. */
export const servedKey = ({ tenant, user }: UserKey): string => `nf:{${tenant}:${user}}:served`;

/** The two keys of every user script, in the order in which the scripts name them. */
export const userKeys = (key: UserKey): readonly [string, string] => [feedKey(key), servedKey(key)];
