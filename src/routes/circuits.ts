/** The circuits of this isolate, as health and the faults route show them. */
import { z } from "@hono/zod-openapi";
import type { Services } from "../services.ts";

export const circuitsSchema = z.record(
  z.string(),
  z.object({
    state: z.enum(["closed", "open", "half_open"]),
    failures: z.number().int().openapi({ description: "In a row, so far." }),
    opened_at: z.string().nullable(),
  }),
);

export type Circuits = z.infer<typeof circuitsSchema>;

export function circuitsOf(services: Services): Circuits {
  return Object.fromEntries(
    Object.entries(services.guards.views()).map(([name, { state, failures, openedAtMs }]) => [
      name,
      {
        state,
        failures,
        opened_at: openedAtMs === undefined ? null : new Date(openedAtMs).toISOString(),
      },
    ]),
  );
}
