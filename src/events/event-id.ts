/** Names of events: the sender's own, or what follows from everything that makes an event this one. */
import { digestOf } from "../domain/digest.ts";
import type { UserEvent } from "./user-event.ts";

/** 128 bits: two events of a tenant share a name by chance once in 10^19 pairs of a billion. */
const DERIVED_DIGITS = 32;

/** Whoever sends an event again without an id sends the same id, whatever form it takes. No tenant is part of it. */
export function derivedId(event: Omit<UserEvent, "id">): string {
  const { type, user, item, atMs, watchedSeconds, totalSeconds, rating, removed } = event;
  // Where it happened and on what device is left out: forms of the same event differ in whether they say it.
  const fields = [
    type,
    user,
    item,
    atMs,
    watchedSeconds ?? null,
    totalSeconds ?? null,
    rating ?? null,
    removed ?? null,
  ];
  return digestOf(JSON.stringify(fields)).slice(0, DERIVED_DIGITS);
}

/** An event of CloudEvents is named by its source and its id together (CloudEvents 1.0, `id`). */
export const cloudEventId = (source: string, id: string): string =>
  digestOf(JSON.stringify([source, id])).slice(0, DERIVED_DIGITS);

/**
 * As a shard remembers it: 64 bits. Of the 25 million events that a shard of a busy tenant keeps for 9 days, one is
 * taken for another with a chance of 2 in 100,000.
 */
const KNOWN_DIGITS = 16;

export const knownName = (id: string): string => digestOf(id).slice(0, KNOWN_DIGITS);
