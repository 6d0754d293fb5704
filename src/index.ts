/** Nearfeed: one Worker. What the runtime finds here is all there is. */
import { buildApp } from "./app.ts";
import type { Bindings } from "./env.ts";
import { consume } from "./jobs/consume.ts";
import { scheduled } from "./jobs/scheduled.ts";

export { CacheObject } from "./objects/cache-object.ts";
export { EventShardObject } from "./objects/event-shard-object.ts";
export { LimitObject } from "./objects/limit-object.ts";
export { PoolObject } from "./objects/pool-object.ts";
export { ProfileObject } from "./objects/profile-object.ts";
export { QuotaObject } from "./objects/quota-object.ts";
export { UserShardObject } from "./objects/user-shard-object.ts";

const app = buildApp();

export default {
  fetch: app.fetch,
  scheduled,
  queue: consume,
} satisfies ExportedHandler<Bindings>;
