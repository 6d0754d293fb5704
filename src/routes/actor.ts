/** Who a change is put down to in the history of a record. */
import type { Call } from "./context.ts";

export const actorOf = ({ identity }: Call): string => identity.name;
