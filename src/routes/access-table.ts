/** Every route of the app with what it asks of its caller, read from the app itself. */
import type { Access } from "../access/access-rules.ts";
import { accessOf, isPassage } from "./access.ts";

export interface AccessRow {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
}

/** As much of a Hono app as this looks at. */
interface Routed {
  readonly routes: readonly {
    readonly method: string;
    readonly path: string;
    readonly handler: object;
  }[];
}

/** Middleware is registered for every method. */
const EVERY_METHOD = "ALL";

/** The routes in the order of their paths. Throws when one has no guard as its first handler. */
export function accessTable({ routes }: Routed): readonly AccessRow[] {
  const rows = new Map<string, AccessRow>();
  for (const { method, path, handler } of routes) {
    const name = `${method} ${path}`;
    if (rows.has(name) || isPassage(handler)) continue;
    const access = accessOf(handler);
    if (access === undefined) throw new Error(`${name} does not say who may call it`);
    if (method === EVERY_METHOD) throw new Error(`${name} must name its method`);
    rows.set(name, { method, path, access });
  }
  return [...rows.values()].toSorted(
    (a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method),
  );
}

/** Denial by default: a route that nobody thought about keeps the Worker from starting. */
export function assertGuarded(app: Routed): void {
  accessTable(app);
}
