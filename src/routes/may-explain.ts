import { FailureError } from "../domain/failure.ts";
import type { AppContext } from "./context.ts";

/** An explanation shows the tenant's rules and what others are not shown. */
export function mayExplain(c: AppContext): void {
  const { roles } = c.get("call").identity;
  if (roles.includes("admin") || roles.includes("operator")) return;
  throw new FailureError("FORBIDDEN", "`explain` needs one of the roles admin, operator.");
}
