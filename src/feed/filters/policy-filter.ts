import type { Filter } from "../../pipeline/stages.ts";
import type { PoolReplica } from "../../pools/pool-replica.ts";
import { policyTest } from "../compiled-rules.ts";
import type { FeedCall } from "../feed-call.ts";
import type { PolicyTest } from "./compile-policy.ts";

interface Judged {
  readonly index: number | undefined;
  /** The pools that the index belongs to. */
  readonly pools: PoolReplica | undefined;
}

/** What the tenant does not allow. An item that no pools know has no facts to be judged by: it is not allowed. */
export const policyFilter: Filter<FeedCall, unknown, Judged> = {
  name: "policy_filter",
  judge(call) {
    let judged: PoolReplica | undefined;
    let test: PolicyTest | undefined;
    return ({ index, pools }) => {
      if (index === undefined || pools === undefined) return "gone_from_pools";
      if (pools !== judged || test === undefined) {
        judged = pools;
        test = policyTest(call, pools);
      }
      return test(index);
    };
  },
};
