import type { RedisTier } from "../cache/redis-tier.ts";
import type { Holding } from "./holding.ts";

/** Answers kept in Redis. They are pages made for the user: what they were made of is read elsewhere. */
export function redisAnswersHolding(tier: Pick<RedisTier, "countOf" | "dropOf">): Holding {
  const count: Holding["count"] = ({ tenant, user }) => tier.countOf(tenant, user);
  return {
    store: "cached_answers_redis",
    erase: ({ tenant, user }) => tier.dropOf(tenant, user),
    count,
    async read(key) {
      const answers = await count(key);
      return answers === 0 ? undefined : { answers };
    },
  };
}
