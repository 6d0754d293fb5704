/** Requests to a route that bring all that it takes. A route that nothing is known of here fails by its name. */
import type { AccessRow } from "../../../src/routes/access-table.ts";
import type { AskInit } from "./access.ts";
import { itemsOf, type MarkedTenant, SPARE_SOURCE, type UserThings } from "./marked-tenant.ts";

export interface Visit {
  readonly path: string;
  readonly init: AskInit;
  /** What the caller said itself: an answer may repeat it. */
  readonly sent: readonly string[];
}

export interface Errand {
  /** Whose path it is. */
  readonly to: MarkedTenant;
  /** Whose ids, tokens, cursors and headers are brought. */
  readonly bring: MarkedTenant;
  readonly things: UserThings;
}

export const nameOf = ({ method, path }: AccessRow): string => `${method} ${path}`;

const ndjson = (rows: readonly unknown[]) => ({
  body: rows.map((row) => JSON.stringify(row)).join("\n"),
});

/** Off, so that jobs of these tests tell nobody; a test is refused by the queue that is not there. */
const webhookOf = (tenant: string) => ({
  url: "queue:events-out",
  types: ["JobSucceeded"],
  description: `${tenant} webhook`,
  enabled: false,
});

/** Bodies are of the tenant that is visited: what it is told of others is its own from then on. */
const BODIES: Readonly<Record<string, (tenant: MarkedTenant, things: UserThings) => AskInit>> = {
  "PATCH /admin/deployment": () => ({ json: {} }),
  "PUT /admin/deployment": () => ({ json: {} }),
  "PUT /admin/faults": () => ({ json: { faults: {} } }),
  "PATCH /t/:tenant/admin/config": ({ id }) => ({ json: { name: `${id} renamed` } }),
  "PUT /t/:tenant/admin/config": ({ config }) => ({ json: config }),
  "POST /t/:tenant/admin/config/rollback": () => ({ json: { version: 1 } }),
  "POST /t/:tenant/admin/dead-events/replay": () => ({ json: {} }),
  "POST /t/:tenant/v1/events": ({ id }, { user }) => ({
    json: [{ type: "like", user_id: user, item_id: `${id}-item-6` }],
  }),
  "POST /t/:tenant/admin/items": ({ id }) => ndjson(itemsOf(id).slice(0, 5)),
  "POST /t/:tenant/admin/jobs/:name": () => ({}),
  "POST /t/:tenant/admin/keys": ({ id }) => ({ json: { name: `${id} key`, roles: ["reader"] } }),
  "POST /t/:tenant/admin/keys/:id/rotate": () => ({ json: { overlap_seconds: 3_600 } }),
  "PUT /t/:tenant/admin/tenant": ({ id }) => ({ json: { name: `${id} renamed` } }),
  "PUT /t/:tenant/admin/sources/:name": ({ id }) => ({
    json: { kind: "r2", key: `${id}.ndjson` },
  }),
  "POST /t/:tenant/admin/sources/:name/run": () => ({}),
  "PUT /t/:tenant/v1/items/:id": ({ id }) => ({ json: itemsOf(id)[9] }),
  "POST /t/:tenant/v1/items/batch": ({ id }) => ({ json: itemsOf(id).slice(0, 5) }),
  "PUT /t/:tenant/users/:user_id/personality": () => ({ json: { openness: 80 } }),
  "PUT /t/:tenant/user-profile/:user_id": () => ({ json: { gender: "female" } }),
  "POST /t/:tenant/user-profile/:user_id/refresh": () => ({}),
  "POST /t/:tenant/admin/update-user-profiles": () => ({}),
  "POST /t/:tenant/admin/watched": ({ id }, { user }) =>
    ndjson([{ user_id: user, video_id: `${id}-item-8` }]),
  "POST /t/:tenant/admin/import": ({ id }, { user }) =>
    ndjson([{ kind: "watched", user_id: user, item_id: `${id}-item-8`, watched_at: 1 }]),
  "POST /t/:tenant/admin/webhooks": ({ id }) => ({ json: webhookOf(id) }),
  "PUT /t/:tenant/admin/webhooks/:id": ({ id }) => ({ json: webhookOf(id) }),
  "POST /t/:tenant/admin/webhooks/:id/rotate": () => ({ json: { overlap_seconds: 60 } }),
  "POST /t/:tenant/admin/webhooks/:id/test": () => ({}),
  "POST /t/:tenant/api/v1/video/feedback/:user_id": ({ id }) => ({
    json: {
      video_id: `${id}-item-7`,
      feedback_type: "watch",
      watch_time: 90,
      total_duration: 100,
      video_title: `${id} title`,
      category_name: `${id} category`,
    },
  }),
  "POST /t/:tenant/api/v1/video/recommendations/:user_id": () => ({ json: { max_results: 5 } }),
  "POST /t/:tenant/api/v1/video/recommendations/:user_id/prefetch": () => ({
    json: { max_results: 5 },
  }),
  "POST /t/:tenant/api/v1/video/refresh-recommendations/:user_id": () => ({
    json: { max_results: 5 },
  }),
  "POST /t/:tenant/admin/refresh-popular-items": () => ({}),
  "POST /t/:tenant/personalized": (_, { user }) => ({ json: { user_id: user, geo_id: "DE" } }),
  "POST /t/:tenant/popular": () => ({ json: { user_params: { geo_id: "DE" } } }),
  "POST /t/:tenant/feedback/:user_id": ({ id }) => ({ json: { video_ids: [`${id}-item-9`] } }),
};

const bodyOf = (row: AccessRow, { to, things }: Errand): AskInit => {
  if (!["POST", "PUT", "PATCH"].includes(row.method)) return {};
  const body = BODIES[nameOf(row)];
  if (body === undefined) throw new Error(`${nameOf(row)}: no body is known for it`);
  return body(to, things);
};

function valueOf(name: string, row: AccessRow, { to, bring, things }: Errand): string {
  switch (name) {
    case "tenant":
      return to.id;
    case "user_id":
      if (row.path.includes("/deletion/")) return `${bring.id}-gone`;
      // Whoever is deleted has nothing that a later visit could find.
      return row.method === "DELETE" ? `${things.user}-leaver` : things.user;
    case "receipt":
      return bring.receipt;
    case "version":
      return "1";
    case "name":
      if (row.path.includes("/sources/") && row.method === "DELETE") return SPARE_SOURCE;
      return "refresh-pools";
    case "id":
      // What is put under another's id is one's own from then on.
      if (row.path.includes("/v1/items/")) {
        if (row.method === "GET") return `${bring.id}-item-58`;
        return `${row.method === "PUT" ? to.id : bring.id}-item-59`;
      }
      if (row.path.includes("/jobs/")) return bring.runId;
      if (row.path.includes("/webhooks/")) {
        return row.method === "DELETE" ? bring.webhooks.removed : bring.webhooks.kept;
      }
      if (row.path.endsWith("/rotate")) return bring.spareKeys.rotated;
      if (row.path.includes("/keys/")) return bring.spareKeys.revoked;
  }
  throw new Error(`${nameOf(row)}: no value is known for :${name}`);
}

const queriesOf = (
  { method, path }: AccessRow,
  { user, page, cursor }: UserThings,
): readonly string[] => {
  if (path.endsWith("/recommend/:user_id")) {
    return ["?count=5&fields=title,channel,tags,playback_url", `?count=5&page=${page}`];
  }
  if (path.endsWith("/v1/feed")) {
    const query = `?user_hash=${user}&limit=5`;
    return [query, `${query}&cursor=${cursor}`, `${query}&explain=true`];
  }
  if (method === "GET" && path.endsWith("/video/recommendations/:user_id")) {
    const query = "?max_results=5";
    return [query, `${query}&force_refresh=true`, `${query}&explain=true`];
  }
  if (path.endsWith("/video/trending/:user_id")) return ["", "?region_code=DE&max_results=5"];
  return [""];
};

/** Every way to ask this route: plain, and with all that one can bring along. */
export function visitsTo(row: AccessRow, errand: Errand): readonly Visit[] {
  const { to, bring, things } = errand;
  const path = row.path.replaceAll(/:(\w+)/g, (_, name: string) => valueOf(name, row, errand));
  const body = bodyOf(row, errand);
  const tenant = row.path.startsWith("/v1/") ? { "X-Tenant-ID": to.id } : {};
  const held = { "If-None-Match": things.tag, "Idempotency-Key": things.idempotencyKey };
  const { rotated, revoked } = bring.spareKeys;
  const { kept, removed } = bring.webhooks;
  const sent = [
    ...Object.values(things),
    bring.origin,
    bring.runId,
    bring.receipt,
    rotated,
    revoked,
    kept,
    removed,
    path,
  ];
  return queriesOf(row, things).flatMap((query) =>
    [tenant, { ...tenant, ...held, Origin: bring.origin }].map((headers) => ({
      path: `${path}${query}`,
      init: { method: row.method, headers, ...body },
      sent,
    })),
  );
}
