import { existsSync } from "node:fs";
import { describe, it } from "vitest";
import { judge, readSplit, recommend } from "../../scripts/evaluate/ranking.ts";
import { DEFAULT_WEIGHTING, NEIGHBOURS_LIMIT } from "../../src/similar/defaults.ts";
import { neighbourRows } from "../../src/similar/neighbours.ts";

const folder = "../shared/data/amazon-electronics";
const missing = !existsSync(folder);

describe.skipIf(missing)(
  `item co-occurrence on Amazon Electronics${missing ? ": no data" : ""}`,
  () => {
    it("recommends what people went on to buy, better than Jaccard does", ({ expect }) => {
      const { train, test } = readSplit(`${folder}/train.txt`, `${folder}/test.txt`);
      const order = { from: 0, to: train.items, k: NEIGHBOURS_LIMIT };
      const measured = (weighting: Parameters<typeof neighbourRows>[1]["weighting"]) => {
        const rows = neighbourRows(train, { ...order, weighting });
        return judge(test, (user) => recommend(train, rows, user, 20));
      };
      const walk = measured(DEFAULT_WEIGHTING);
      const jaccard = measured({ formula: "jaccard", significance: 20 });
      // Measured: .1421/.0833 and .1267/.0781.
      expect(walk.recall).toBeGreaterThan(0.14);
      expect(walk.ndcg).toBeGreaterThan(0.082);
      expect(walk.recall).toBeGreaterThan(jaccard.recall);
      expect(walk.ndcg).toBeGreaterThan(jaccard.ndcg);
    });
  },
);
