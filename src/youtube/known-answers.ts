/**
 * The last answers of one isolate by their request, for `If-None-Match`. "Not modified" costs a unit like any answer,
 * it only saves the 60 KB and their parsing, so the few that one isolate remembers are enough.
 */
const ANSWERS = 32;

export interface KnownAnswer {
  readonly etag: string;
  readonly value: unknown;
}

export interface KnownAnswers {
  find(request: string): KnownAnswer | undefined;
  keep(request: string, answer: KnownAnswer): void;
}

export function knownAnswers(): KnownAnswers {
  const answers = new Map<string, KnownAnswer>();
  return {
    find: (request) => answers.get(request),
    keep(request, answer) {
      // Deleted first, so that it moves to the end: the front is what was asked for longest ago.
      answers.delete(request);
      answers.set(request, answer);
      for (const oldest of answers.keys()) {
        if (answers.size <= ANSWERS) break;
        answers.delete(oldest);
      }
    },
  };
}
