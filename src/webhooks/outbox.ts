/** Where events leave from: what a tenant subscribed to goes on the queue, and nothing else costs anything. */
import type { TenantId } from "../domain/ids.ts";
import type { Background } from "../platform/background.ts";
import type { OutEvent, OutType } from "./out-event.ts";
import type { Webhooks } from "./webhook.ts";

/** An event that no webhook was asked about yet, or one attempt to deliver it to one webhook. */
export interface OutboxMessage {
  readonly tenant: TenantId;
  readonly event: OutEvent;
  readonly webhook?: string;
  /** From 1. */
  readonly attempt?: number;
}

/** `delaySeconds` is 43,200 at most. */
export type SendLater = (message: OutboxMessage, delaySeconds?: number) => Promise<void>;

/** A new webhook hears of what happens from so much later on. */
const KNOWN_FOR_MS = 30_000;
const TENANTS_LIMIT = 5_000;
/** While the registry is away nobody is asked behind every answer. */
const QUIET_MS = 5_000;

interface Wanted {
  readonly types: ReadonlySet<OutType>;
  readonly untilMs: number;
}

export interface OutboxPorts {
  readonly webhooks: Pick<Webhooks, "list">;
  readonly send: SendLater;
}

export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #wanted = new Map<TenantId, Wanted>();
  #quietUntilMs = 0;

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
  }

  /** Tells whoever of the tenant's webhooks wants it. */
  async emit(tenant: TenantId, event: OutEvent, nowMs: number): Promise<void> {
    const { types } = this.#known(tenant, nowMs) ?? (await this.#ask(tenant, nowMs));
    if (types.has(event.type)) await this.#ports.send({ tenant, event });
  }

  /**
   * The same behind an answer. The event is built only when somebody wants it: a tenant without subscribers costs a
   * look into memory, and a question every 30 s while it is busy.
   */
  emitBehind(
    tenant: TenantId,
    type: OutType,
    build: () => OutEvent,
    { nowMs, background }: { readonly nowMs: number; readonly background: Background },
  ): void {
    const known = this.#known(tenant, nowMs);
    if (known === undefined ? nowMs < this.#quietUntilMs : !known.types.has(type)) return;
    background.run("outbox", () => this.emit(tenant, build(), nowMs));
  }

  /** This isolate knows of a change at once. */
  forget(tenant: TenantId): void {
    this.#wanted.delete(tenant);
  }

  #known(tenant: TenantId, nowMs: number): Wanted | undefined {
    const wanted = this.#wanted.get(tenant);
    return wanted !== undefined && nowMs < wanted.untilMs ? wanted : undefined;
  }

  async #ask(tenant: TenantId, nowMs: number): Promise<Wanted> {
    const webhooks = await this.#ports.webhooks.list(tenant).catch((error: unknown) => {
      this.#quietUntilMs = nowMs + QUIET_MS;
      throw error;
    });
    const types = webhooks.flatMap((webhook) => (webhook.enabled ? webhook.types : []));
    const wanted = { types: new Set(types), untilMs: nowMs + KNOWN_FOR_MS };
    this.#wanted.delete(tenant);
    this.#wanted.set(tenant, wanted);
    if (this.#wanted.size > TENANTS_LIMIT) {
      const [oldest] = this.#wanted.keys();
      if (oldest !== undefined) this.#wanted.delete(oldest);
    }
    return wanted;
  }
}
