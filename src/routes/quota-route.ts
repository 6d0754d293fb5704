/** What is left of the YouTube quota that a tenant's videos are fetched with, and who used the rest. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { TenantId } from "../domain/ids.ts";
import type { AllowanceView, QuotaView, RateView } from "../quota/quota-view.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { ADMIN_PROBLEMS, json, tenantParams } from "./schemas.ts";

const tokens = z.number().int();

const allowance = z
  .object({
    limit: tokens,
    used: tokens.openapi({ description: "Today, as Google may have counted it." }),
    leased: tokens.openapi({ description: "Held by calls that are under way, or about to be." }),
    left: tokens,
    closed: z.boolean().openapi({ description: "Google said that nothing is left today." }),
    users: z
      .array(z.object({ user_id: z.string().nullable(), tokens }))
      .openapi({ description: "Of this tenant, most first, at most 20; null: its jobs." }),
    others: tokens.openapi({ description: "Of other tenants, and of nobody any more." }),
    tenants: z
      .array(z.object({ tenant: z.string(), tokens, users: z.number().int() }))
      .optional()
      .openapi({ description: "Who shares the key, most first. For the operator." }),
  })
  .openapi("QuotaAllowance");

const rate = z.object({
  limit: z.number().int(),
  taken: z.number().int().openapi({ description: "Calls that may count in the running window." }),
});

const answer = z
  .object({
    key: z.enum(["deployment", "tenant", "none"]).openapi({ description: "Whose key pays." }),
    videos_from: z.enum(["youtube", "catalogue"]).openapi({
      description: "`catalogue`: there is no key, and the tenant's own items are all there is.",
    }),
    resets_at: z.iso.datetime().optional().openapi({ description: "Next midnight Pacific." }),
    search: allowance.optional().openapi({ description: "Calls of `search.list`." }),
    units: allowance.optional().openapi({ description: "Units of every other call." }),
    second: rate.optional(),
    minute: rate.optional(),
  })
  .openapi("Quota");

const findRoute = createRoute({
  method: "get",
  path: "/t/{tenant}/admin/quota",
  tags: ["Admin"],
  summary: "What is left of the YouTube quota, and who used it",
  ...access("admin"),
  request: { params: tenantParams },
  responses: { 200: json("The quota of the key that pays.", answer), ...ADMIN_PROBLEMS },
});

export function mountQuota(app: OpenAPIHono<AppEnv>): void {
  app.openapi(findRoute, async (c) => {
    const { services, tenant, identity } = c.get("call");
    const quota = services.videos.quotaOf(tenant);
    if (quota.source === "none") {
      return c.json({ key: "none" as const, videos_from: "catalogue" as const }, 200);
    }
    const view = await quota.authority.view({ limits: quota.limits, tenant: tenant.id });
    const named = identity.roles.includes("operator");
    return c.json(
      {
        key: quota.source,
        videos_from: "youtube" as const,
        ...presentQuota(view, tenant.id, named),
      },
      200,
    );
  });
}

const presentQuota = (view: QuotaView, tenant: TenantId, named: boolean) => ({
  resets_at: new Date(view.resetsAtMs).toISOString(),
  search: presentAllowance(view.search, tenant, named),
  units: presentAllowance(view.units, tenant, named),
  second: presentRate(view.second),
  minute: presentRate(view.minute),
});

function presentAllowance(view: AllowanceView, tenant: TenantId, named: boolean) {
  const { limit, used, leased, left, closed } = view;
  const own = view.tenants.find((share) => share.tenant === tenant)?.tokens ?? 0;
  return {
    limit,
    used,
    leased,
    left,
    closed,
    users: view.users.map(({ user, tokens: spent }) => ({ user_id: user ?? null, tokens: spent })),
    others: used + leased - own,
    ...(named ? { tenants: view.tenants.map((share) => ({ ...share })) } : {}),
  };
}

const presentRate = ({ limit, taken }: RateView) => ({ limit, taken });
