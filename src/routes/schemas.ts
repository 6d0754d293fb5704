/** Shapes that several routes share: JSON is snake_case. */
import { z } from "@hono/zod-openapi";
import { ITEM_ID_PATTERN, TENANT_ID_PATTERN, USER_ID_PATTERN } from "../domain/ids.ts";
import type { ItemId, UserId } from "../domain/ids.ts";

const ID_RULE = "must be 1 to 128 of A-Z a-z 0-9 . _ ~ : @ | + = -";

export const tenantParams = z.object({
  tenant: z
    .string()
    .regex(TENANT_ID_PATTERN)
    .openapi({ param: { in: "path", name: "tenant" }, example: "demo" }),
});

/** Branded by type only: a transform would cost every request a second schema. */
export const userId = z
  .string()
  .regex(USER_ID_PATTERN, ID_RULE)
  .openapi({ example: "alice" }) as unknown as z.ZodType<UserId, UserId>;

export const itemId = z
  .string()
  .regex(ITEM_ID_PATTERN, ID_RULE)
  .openapi({ example: "dQw4w9WgXcQ" }) as unknown as z.ZodType<ItemId, ItemId>;

export const userParams = tenantParams.extend({
  user_id: userId.openapi({ param: { in: "path", name: "user_id" } }),
});

/** A whole number in a query: digits only, so that `1e9`, `-1` and an empty text are faults. */
export const wholeNumber = (minimum: number, maximum: number, otherwise: number) =>
  z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined) return otherwise;
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      const fault = rangeFault(value, minimum, maximum);
      if (fault === undefined) return value;
      context.addIssue({ code: "custom", message: fault });
      return z.NEVER;
    })
    .openapi({ type: "integer", minimum, maximum, default: otherwise });

function rangeFault(value: number, minimum: number, maximum: number): string | undefined {
  if (Number.isNaN(value)) return "must be a whole number";
  if (value < minimum) return `must be at least ${minimum}`;
  return value > maximum ? `must be at most ${maximum}` : undefined;
}

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().openapi({ description: "Stable: programs may branch on it." }),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
    request_id: z.string(),
  })
  .openapi("Problem");

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problemSchema } },
});

export const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { "application/json": { schema } },
});

export const ADMIN_PROBLEMS = {
  400: problem("The input is at fault; `errors` says where."),
  401: problem("There is no credential, or it is not accepted; WWW-Authenticate says why."),
  403: problem("The caller's role, or the user it speaks for, does not suffice."),
  404: problem("There is no such tenant, or nothing of that name in it."),
  503: problem("A store that this cannot do without did not answer."),
} as const;

export const USER_PROBLEMS = {
  ...ADMIN_PROBLEMS,
  429: problem("A rate limit is reached; Retry-After says for how long."),
} as const;

export const RECORD_PROBLEMS = {
  ...ADMIN_PROBLEMS,
  412: problem("The record is at another version than `If-Match` says."),
} as const;

/** As answers write a time, milliseconds of the epoch here; null where there is none. */
export const isoTime = (ms: number | undefined): string | null =>
  ms === undefined ? null : new Date(ms).toISOString();
