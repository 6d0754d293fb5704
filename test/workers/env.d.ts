import type { D1Migration } from "cloudflare:test";
import type * as worker from "../../src/index.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      readonly ADMIN_KEY: string;
      readonly DB: D1Database;
      readonly USER_SHARDS_DO: DurableObjectNamespace;
      readonly REPLICAS: KVNamespace;
      readonly POOLS_DO: DurableObjectNamespace;
      readonly EVENTS_DO: DurableObjectNamespace;
      readonly EVENT_LOG: R2Bucket;
      readonly CACHE_DO: DurableObjectNamespace;
      readonly ARTEFACTS: R2Bucket;
      readonly TEST_MIGRATIONS: D1Migration[];
    }
    interface GlobalProps {
      mainModule: typeof worker;
    }
  }
}
