/** A log in memory, and the steps that make versions of it: delivered as the test says. */
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import type { EventType } from "../../src/events/user-event.ts";
import { Counters } from "../../src/observability/counters.ts";
import { KeptSimilarItems } from "../../src/similar/kept-similar-items.ts";
import type { WeighedEvent } from "../../src/similar/log-files.ts";
import { MemoryArtefacts } from "../../src/similar/memory-artefacts.ts";
import { MemoryLogFiles } from "../../src/similar/memory-log-files.ts";
import { MemorySimilarBook } from "../../src/similar/memory-similar-book.ts";
import { runStep, type StepMessage } from "../../src/similar/run-step.ts";
import type { SimilarItems } from "../../src/similar/similar-items.ts";
import { updateSimilarities, type UpdatePorts } from "../../src/similar/update-similarities.ts";

export const TENANT = "acme" as TenantId;
export const NOW_MS = 1_800_000_000_000;

export interface SimilarFixture {
  readonly ports: UpdatePorts;
  readonly log: MemoryLogFiles;
  readonly artefacts: MemoryArtefacts;
  readonly book: MemorySimilarBook;
  /** Messages that were sent and not yet delivered. */
  readonly queue: StepMessage[];
  /** Runs that ended, by id. */
  readonly runs: Map<string, string>;
  /** As an isolate that has just started reads them. */
  items(): SimilarItems;
  update(run: string, nowMs?: number): Promise<"running" | "kept">;
  /** Delivers messages until none is left; `next` picks which comes first. */
  drain(next?: (queue: readonly StepMessage[]) => number, nowMs?: number): Promise<void>;
}

export function aSimilarFixture(): SimilarFixture {
  const log = new MemoryLogFiles();
  const artefacts = new MemoryArtefacts();
  const book = new MemorySimilarBook();
  const queue: StepMessage[] = [];
  const runs = new Map<string, string>();
  const ports: UpdatePorts = {
    artefacts,
    book,
    logFiles: log,
    removedUsers: log,
    send(messages) {
      queue.push(...messages);
      return Promise.resolve();
    },
    finishRun({ run }) {
      runs.set(run, "succeeded");
      return Promise.resolve();
    },
    passRun({ run }) {
      runs.set(run, "failed");
      return Promise.resolve();
    },
  };
  return {
    ports,
    log,
    artefacts,
    book,
    queue,
    runs,
    items: () => new KeptSimilarItems({ artefacts, book, tiers: [], counters: new Counters() }),
    update: (run, nowMs = NOW_MS) => updateSimilarities(ports, TENANT, run, nowMs),
    async drain(next = () => 0, nowMs = NOW_MS) {
      while (queue.length > 0) {
        const [message] = queue.splice(next(queue), 1);
        if (message !== undefined) await runStep(ports, message, nowMs);
      }
    },
  };
}

let events = 0;

export function anEvent(
  user: string,
  type: EventType,
  item: string,
  rest: Partial<WeighedEvent> = {},
): WeighedEvent {
  events += 1;
  return {
    id: `event-${events}`,
    type,
    user: user as UserId,
    item: item as ItemId,
    atMs: NOW_MS - 3_600_000,
    ...rest,
  };
}

export const likes = (user: string, ...items: readonly string[]): readonly WeighedEvent[] =>
  items.map((item) => anEvent(user, "like", item));

/** Everything that a version serves, as text: two that are the same serve the same. */
export async function servedBy(
  fixture: SimilarFixture,
  users: readonly string[],
  known: readonly string[],
): Promise<unknown> {
  const similar = fixture.items();
  const background = { run: (_: string, work: () => Promise<unknown>) => void work() };
  const neighbours = await similar.neighboursOf(TENANT, known as ItemId[], NOW_MS, background);
  const lists: Record<string, unknown> = {};
  for (const user of users)
    lists[user] = await similar.byUsersLike(TENANT, user as UserId, NOW_MS, background);
  return { neighbours: neighbours && Object.fromEntries(neighbours), lists };
}
