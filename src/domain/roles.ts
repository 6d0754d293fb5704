/**
 * Who calls. `reader` reads feeds, only its own when its token names a user; `service` reads and writes for every
 * user; `trainer` works on models; `admin` runs a tenant; `operator` runs the deployment, all tenants included.
 */
export const ROLES = ["reader", "service", "trainer", "admin", "operator"] as const;
export type Role = (typeof ROLES)[number];
