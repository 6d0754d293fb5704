import { env } from "cloudflare:workers";
import { poolStoreContract } from "../contract/pool-store.contract.ts";
import { DurablePoolStore, type PoolShelfNamespace } from "../../src/pools/durable-pool-store.ts";

poolStoreContract(
  "Durable Object and SQLite",
  () =>
    new DurablePoolStore({
      namespace: env.POOLS_DO as unknown as PoolShelfNamespace,
      deadlineMs: 10_000,
    }),
);
