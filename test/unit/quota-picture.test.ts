import fc from "fast-check";
import { describe, it } from "vitest";
import type { QuotaAllowance } from "../../src/web/quota-answer.ts";
import { levelText, sharesOf } from "../../src/web/quota-shares.ts";

const allowance = (given: Partial<QuotaAllowance>): QuotaAllowance => ({
  limit: 100,
  used: 0,
  leased: 0,
  left: 100,
  closed: false,
  users: [],
  others: 0,
  ...given,
});

const tokens = fc.integer({ min: 0, max: 50 });

describe("picture of an allowance", () => {
  it("names four users, and puts the others, jobs and tenants after them", ({ expect }) => {
    const shares = sharesOf(
      allowance({
        used: 40,
        leased: 2,
        users: [
          { user_id: "ana", tokens: 9 },
          { user_id: null, tokens: 8 },
          { user_id: "ben", tokens: 5 },
          { user_id: "cleo", tokens: 4 },
          { user_id: "dan", tokens: 3 },
          { user_id: "eva", tokens: 2 },
        ],
        others: 11,
        tenants: ["shop", "a", "b", "c", "d"].map((tenant) => ({ tenant, tokens: 3 })),
      }),
      "shop",
    );
    expect(shares.map((share) => [share.kind, share.name, share.tokens])).toEqual([
      ["user", "ana", 9],
      ["user", "ben", 5],
      ["user", "cleo", 4],
      ["user", "dan", 3],
      ["further", "further users", 2],
      ["jobs", "jobs", 8],
      ["others", "other tenants", 11],
    ]);
    expect(shares.at(-1)?.detail).toBe("a, b, c and 1 more");
  });

  it("accounts for every token, whoever used it", ({ expect }) => {
    const users = fc.array(fc.record({ user_id: fc.option(fc.string()), tokens }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(users, tokens, tokens, tokens, (named, unnamed, others, leased) => {
        // The Worker knows one entry for jobs.
        const jobs = named.find(({ user_id: name }) => name === null);
        const known = named.filter((user) => user.user_id !== null || user === jobs);
        const own = known.reduce((sum, user) => sum + user.tokens, unnamed);
        const spent = Math.max(own + others, leased);
        const shares = sharesOf(
          allowance({ used: spent - leased, leased, users: known, others: spent - own }),
          "shop",
        );
        expect(shares.reduce((sum, share) => sum + share.tokens, 0)).toBe(spent);
        expect(shares.every((share) => share.tokens > 0)).toBe(true);
      }),
    );
  });

  it("says in words what the bar shows", ({ expect }) => {
    expect(levelText(allowance({ used: 58, leased: 6, left: 36 }), String)).toEqual({
      figure: "36 left",
      detail: "58 used · 6 leased · limit 100",
      spoken: "58 used, 6 leased, 36 of 100 left",
    });
  });

  it("lets Google's word stand above our own sum", ({ expect }) => {
    const { figure, spoken } = levelText(allowance({ used: 7, left: 93, closed: true }), String);
    expect(figure).toBe("Closed");
    expect(spoken).toBe("closed by Google until the reset, 7 used");
  });
});
