/** The wiring of what leaves: events to webhooks and to another Worker's queue, and users who leave. */
import type { OnMade } from "../feed/on-made.ts";
import type { Settings } from "../env.ts";
import { clockMs } from "../platform/clock.ts";
import { randomToken } from "../platform/token.ts";
import {
  buildRightsServices,
  buildTransfer,
  type RightsServicesSettings,
} from "./rights-services.ts";
import type { RightsPorts } from "../rights/delete-user.ts";
import type { RestorePorts } from "../rights/restore-rows.ts";
import type { TenantRows } from "../rights/tenant-page.ts";
import { D1Webhooks } from "../webhooks/d1-webhooks.ts";
import type { DeliverPorts } from "../webhooks/deliver.ts";
import { recommendationsRefreshed } from "../webhooks/out-event.ts";
import { Outbox, type SendLater } from "../webhooks/outbox.ts";
import type { Webhooks } from "../webhooks/webhook.ts";

export interface OutServices {
  readonly webhooks: Webhooks;
  readonly outbox: Outbox;
  /** Tells that a user's recommendations were computed anew, behind the answer. */
  readonly onMade: OnMade;
  readonly rights: RightsPorts;
  readonly tenantRows: TenantRows;
  readonly restore: RestorePorts;
  /** For the consumer of the outbox. */
  readonly delivery: DeliverPorts;
}

export interface OutServicesSettings extends RightsServicesSettings {
  readonly settings: Settings;
}

export function buildOutServices(parts: OutServicesSettings): OutServices {
  const { env } = parts;
  const webhooks = new D1Webhooks(env.DB);
  const send: SendLater = async (message, delaySeconds) => {
    await env.OUTBOX.send(message, delaySeconds === undefined ? {} : { delaySeconds });
  };
  const queue = env.EVENTS_OUT;
  const outbox = new Outbox({ webhooks, send });
  return {
    webhooks,
    outbox,
    rights: buildRightsServices(parts),
    ...buildTransfer(parts),
    onMade({ key: { tenant, user }, nowMs, background }, items, model) {
      const build = () =>
        recommendationsRefreshed({ tenant, nowMs, id: randomToken() }, user, items, model);
      outbox.emitBehind(tenant, "RecommendationsRefreshed", build, { nowMs, background });
    },
    delivery: {
      webhooks,
      send,
      forward:
        queue &&
        (async (event) => {
          await queue.send(event);
        }),
      fetch: (url, init) => fetch(url, init),
      nowMs: clockMs,
      random: Math.random,
      allowLocalHttp: parts.settings.defaultAuth === "open",
    },
  };
}
