import fc from "fast-check";
import { describe, it } from "vitest";

import { MemoryUserStore } from "../../src/users/memory-user-store.ts";
import { RedisUserStore } from "../../src/users/redis-user-store.ts";
import { redisFixture } from "../support/redis-fixture.ts";
import { redisMissing } from "../support/redis-server.ts";
import { aPolicy, aUser, NOW } from "../support/user-requests.ts";
import { someSequence } from "../support/user-steps.ts";

describe.skipIf(redisMissing !== undefined)(`Lua and TypeScript ${redisMissing ?? ""}`, () => {
  const fixture = redisFixture();

  it("answer every sequence of operations alike", async ({ expect }) => {
    const redis = new RedisUserStore(fixture().settings);
    const memory = new MemoryUserStore();
    await fc.assert(
      fc.asyncProperty(someSequence, async (sequence) => {
        const user = aUser();
        let now = NOW;
        for (const [seconds, run] of sequence) {
          now += seconds;
          expect(await run(redis, user, now)).toEqual(await run(memory, user, now));
          const policy = aPolicy();
          expect(await redis.stats(user, now, policy)).toEqual(
            await memory.stats(user, now, policy),
          );
        }
      }),
      { numRuns: 200 },
    );
  });
});
