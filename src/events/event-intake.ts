/** Takes in events of a request: to the queue, or, where the queue is away, straight to where the queue leads. */
import { FailureError } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Counters } from "../observability/counters.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";
import { type EventMessage, packEvents } from "./event-message.ts";
import { ingest, type IngestPorts } from "./ingest.ts";
import type { UserEvent } from "./user-event.ts";

export interface EventQueue {
  send(message: EventMessage): Promise<void>;
}

export interface Taken {
  readonly accepted: number;
  /** Sent before: in this request, or lately to this isolate. Later ones are found out behind the queue. */
  readonly duplicates: number;
}

/** 100 bytes each, and a minute of a busy isolate. */
const REMEMBERED = 50_000;

export class EventIntake {
  readonly #ports: IngestPorts & { readonly queue: EventQueue };
  /** Ids of events that were taken in, oldest first. */
  readonly #sent = new Set<string>();

  constructor(ports: IngestPorts & { readonly queue: EventQueue }) {
    this.#ports = ports;
  }

  /** Throws `EVENTS_UNAVAILABLE` when neither the queue nor the shards take them: then none of them is promised. */
  async take(tenant: Tenant, events: readonly UserEvent[], nowMs: number): Promise<Taken> {
    const fresh = this.#newOf(tenant.id, events);
    const { queue, counters } = this.#ports;
    for (const { message, events: inside } of packEvents(tenant.id, fresh)) {
      try {
        await queue.send(message);
      } catch {
        counters.add("events.queue_failed");
        await this.#takeInLine(tenant, inside, nowMs);
      }
      this.#remember(tenant.id, inside);
    }
    addTaken(counters, fresh.length, events.length - fresh.length);
    return { accepted: fresh.length, duplicates: events.length - fresh.length };
  }

  async #takeInLine(tenant: Tenant, events: readonly UserEvent[], nowMs: number): Promise<void> {
    const { failed } = await ingest(this.#ports, tenant, events, nowMs);
    if (failed.size === 0) return;
    throw new FailureError("EVENTS_UNAVAILABLE", "The events were not taken in: send them again.");
  }

  #newOf(tenant: TenantId, events: readonly UserEvent[]): readonly UserEvent[] {
    const seen = new Set<string>();
    return events.filter(({ id }) => {
      if (seen.has(id) || this.#sent.has(nameOf(tenant, id))) return false;
      seen.add(id);
      return true;
    });
  }

  #remember(tenant: TenantId, events: readonly UserEvent[]): void {
    for (const { id } of events) this.#sent.add(nameOf(tenant, id));
    for (const oldest of this.#sent) {
      if (this.#sent.size <= REMEMBERED) return;
      this.#sent.delete(oldest);
    }
  }
}

const nameOf = (tenant: TenantId, id: string): string => `${tenant}/${id}`;

function addTaken(counters: Counters, accepted: number, duplicates: number): void {
  counters.add("events.accepted", accepted);
  if (duplicates > 0) counters.add("events.duplicates", duplicates);
}
