/** Rules of a tenant: what editors want of a page, each with the times between which it holds. */
import * as z from "zod";
import { ITEM_ID_PATTERN, type ItemId } from "../domain/ids.ts";

/** Rules of one tenant. Each is looked at for every candidate of a page. */
const RULES_LIMIT = 200;
const SLOT_LIMIT = 100;

/** Where a candidate of a ranked feed came from. */
export const CANDIDATE_SOURCES = ["popularity", "freshness", "exploration"] as const;

const name = z.string().trim().min(1).max(256);
const item = z
  .string()
  .regex(ITEM_ID_PATTERN, "must be an item id")
  .transform((id) => id as ItemId);
const time = z.iso.datetime({ offset: true });
const period = {
  id: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .optional()
    .describe("Shown in `explain`; the position in the list where it is missing."),
  starts_at: time.optional().describe("Holds from then on."),
  ends_at: time.optional().describe("Holds until just before."),
};

const matchSchema = z
  .union([
    z.strictObject({ item }),
    z.strictObject({ tag: name }),
    z.strictObject({ creator: name }),
    z.strictObject({ source: z.enum(CANDIDATE_SOURCES) }),
  ])
  .describe("One item, all of a tag or creator (named as in the catalogue), or all of a source.");

const ruleSchema = z
  .discriminatedUnion("type", [
    z
      .strictObject({
        type: z.literal("pin"),
        ...period,
        item,
        slot: z
          .number()
          .int()
          .min(0)
          .max(SLOT_LIMIT - 1),
      })
      .describe(
        "Shows the item at this slot of the first page, counted from 0. Of two on one slot, both appear, in order.",
      ),
    z
      .strictObject({
        type: z.literal("boost"),
        ...period,
        match: matchSchema,
        factor: z.number().min(0).max(10),
      })
      .describe("Multiplies the score; below 1 it demotes."),
    z
      .strictObject({ type: z.literal("bury"), ...period, match: matchSchema })
      .describe("Ranks after everything that is not buried."),
    z
      .strictObject({
        type: z.literal("quota"),
        ...period,
        source: z.enum(CANDIDATE_SOURCES),
        min_share: z.number().min(0).max(1).optional(),
        max_share: z.number().min(0).max(1).optional(),
      })
      .describe(
        "Items of a page that come from this source: at least, at most. A source that is short is made up for.",
      ),
    z
      .strictObject({
        type: z.literal("cap"),
        ...period,
        by: z.enum(["creator", "tag"]),
        name: name.optional(),
        max_per_page: z.number().int().min(1).max(50),
      })
      .describe(
        "Items of one creator, or with one tag, that a page has at most. Without a name: of every creator, every tag.",
      ),
  ])
  .superRefine((rule, context) => {
    if (
      rule.starts_at !== undefined &&
      rule.ends_at !== undefined &&
      Date.parse(rule.starts_at) >= Date.parse(rule.ends_at)
    ) {
      context.addIssue({ code: "custom", path: ["ends_at"], message: "must be after starts_at" });
    }
    if (rule.type !== "quota") return;
    const { min_share: least, max_share: most } = rule;
    if (least === undefined && most === undefined) {
      context.addIssue({
        code: "custom",
        path: ["min_share"],
        message: "min_share or max_share is needed",
      });
    }
    if (least !== undefined && most !== undefined && least > most) {
      context.addIssue({
        code: "custom",
        path: ["min_share"],
        message: "must not be above max_share",
      });
    }
  });

export const rulesSchema = z
  .array(ruleSchema)
  .max(RULES_LIMIT)
  .superRefine((rules, context) => {
    for (const [position, rule] of rules.entries()) {
      if (rule.type !== "quota" || leastShareAt(rules, startOf(rule)) <= 1) continue;
      context.addIssue({
        code: "custom",
        path: [position, "min_share"],
        message: "the minimum shares that hold together add up to more than a page",
      });
    }
  })
  .default([]);

export type Rule = z.output<typeof ruleSchema>;

const startOf = ({ starts_at: start }: Rule): number =>
  start === undefined ? -Infinity : Date.parse(start);

const endOf = ({ ends_at: end }: Rule): number => (end === undefined ? Infinity : Date.parse(end));

/** What quotas promise to all sources together at a moment; of several for one source the strictest. */
function leastShareAt(rules: readonly Rule[], atMs: number): number {
  const least = new Map<string, number>();
  for (const rule of rules) {
    if (rule.type !== "quota" || atMs < startOf(rule) || atMs >= endOf(rule)) continue;
    least.set(rule.source, Math.max(least.get(rule.source) ?? 0, rule.min_share ?? 0));
  }
  let sum = 0;
  for (const share of least.values()) sum += share;
  // Thirds of a page add up to a hair more than one.
  return Math.round(sum * 1e6) / 1e6;
}
export type RuleMatch = z.output<typeof matchSchema>;
