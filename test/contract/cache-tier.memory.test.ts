import { MemoryTier } from "../../src/cache/memory-tier.ts";
import { cacheTierContract } from "./cache-tier.contract.ts";

cacheTierContract(
  "memory",
  () => new MemoryTier("l2"),
  (tier) => tier,
);
