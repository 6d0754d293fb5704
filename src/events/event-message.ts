/** Events on their way through the queue: as few messages as can be, all of one user in one where they fit. */
import * as z from "zod";
import { TENANT_ID_PATTERN, type TenantId } from "../domain/ids.ts";
import { readLogLine, writeLogLine } from "./logged-event.ts";
import type { UserEvent } from "./user-event.ts";

const messageSchema = z.object({
  tenant: z.string().regex(TENANT_ID_PATTERN) as unknown as z.ZodType<TenantId, TenantId>,
  /** One event a line, as in the log. */
  lines: z.string().min(1),
});
export type EventMessage = z.output<typeof messageSchema>;

/** A message of the queue holds 128 KB. Characters beyond ASCII are three bytes: devices may have them, ids not. */
const MESSAGE_CHARACTERS = 100_000;

export function packEvents(
  tenant: TenantId,
  events: readonly UserEvent[],
): readonly { readonly message: EventMessage; readonly events: readonly UserEvent[] }[] {
  const packed: { message: EventMessage; events: readonly UserEvent[] }[] = [];
  const byUser = Map.groupBy(events, ({ user }) => user);
  let lines = "";
  let inside: UserEvent[] = [];
  const close = (): void => {
    if (inside.length > 0) packed.push({ message: { tenant, lines }, events: inside });
    lines = "";
    inside = [];
  };
  for (const event of [...byUser.values()].flat()) {
    const line = `${writeLogLine(event)}\n`;
    if (lines.length + line.length > MESSAGE_CHARACTERS) close();
    lines += line;
    inside.push(event);
  }
  close();
  return packed;
}

export interface OpenedMessage {
  readonly tenant: TenantId;
  readonly events: readonly UserEvent[];
}

/** Undefined: nobody of this release wrote it, and reading it again will not help. */
export function openMessage(body: unknown): OpenedMessage | undefined {
  const parsed = messageSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { tenant, lines } = parsed.data;
  try {
    const events = lines.split("\n").flatMap((line) => {
      if (line === "") return [];
      // It is weighed when it is recorded.
      const { weight: _, ...event } = readLogLine(line);
      return [event];
    });
    return { tenant, events };
  } catch {
    // The caller keeps it among the dead, where it is counted.
    return undefined;
  }
}
