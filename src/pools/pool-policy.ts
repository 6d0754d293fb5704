/** How long versions of the global pools live that are not current. */

/**
 * A version that was replaced stays readable: an edge may hold its manifest for some minutes, and a refill
 * that began with it must be able to finish. Two hours are twice what the port promises.
 */
export const SUPERSEDED_LIFE_SECONDS = 2 * 3600;

/** A build that died half-way leaves nothing behind after this; a live one takes minutes. */
export const STAGED_LIFE_SECONDS = 3600;

/** A version of a million items is written in seconds, by a job that waits for it. */
export const PUBLISH_DEADLINE_MS = 30_000;
