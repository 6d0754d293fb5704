/**
 * `npm run evaluate -- <folder> [<recs.tsv>]`: the quality of item co-occurrence on a split of `train.txt` and
 * `test.txt` (one user a line: `user item item ...`), as Recall@20 and NDCG@20 over all items that the user did not
 * train on. Prints one line a setting; the lists of the default go to the file, where one is named.
 */
import { createWriteStream, existsSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_WEIGHTING } from "../src/similar/defaults.ts";
import { neighbourRows, type Weighting } from "../src/similar/neighbours.ts";
import { judge, readSplit, recommend } from "./evaluate/ranking.ts";

const [folder, recs] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const sweeps = process.argv.includes("--sweep");
if (folder === undefined) throw new Error("name a folder with train.txt and test.txt");
// A carve-out for choosing settings calls its held-out half `valid.txt`.
const [held] = ["test.txt", "valid.txt", "val.txt"]
  .map((name) => join(folder, name))
  .filter((name) => existsSync(name));
if (held === undefined) throw new Error(`no test.txt in ${folder}`);
const split = readSplit(join(folder, "train.txt"), held);
const { train, test } = split;

const settings: { weighting: Weighting; k: number }[] = sweeps
  ? [
      ...[10, 20, 50, 100].map((significance) => ({
        weighting: { formula: "jaccard" as const, significance },
        k: 50,
      })),
      ...[20, 30, 50, 100].flatMap((k) =>
        [0.5, 0.6, 0.7, 0.8].flatMap((alpha) =>
          [0.1, 0.2, 0.3, 0.4].map((beta) => ({
            weighting: { formula: "rp3beta" as const, alpha, beta },
            k,
          })),
        ),
      ),
    ]
  : [
      { weighting: { formula: "jaccard", significance: 20 }, k: 50 },
      { weighting: DEFAULT_WEIGHTING, k: 20 },
      { weighting: DEFAULT_WEIGHTING, k: 50 },
      { weighting: DEFAULT_WEIGHTING, k: 100 },
    ];

for (const { weighting, k } of settings) {
  const startedMs = performance.now();
  const rows = neighbourRows(train, { from: 0, to: train.items, k, weighting });
  const seconds = (performance.now() - startedMs) / 1000;
  const { recall, ndcg } = judge(test, (user) => recommend(train, rows, user, 20));
  console.log(
    `${JSON.stringify(weighting)} k=${k}  Recall@20 ${recall.toFixed(4)}  NDCG@20 ${ndcg.toFixed(4)}  ${seconds.toFixed(1)} s`,
  );
}

if (recs !== undefined) {
  const rows = neighbourRows(train, {
    from: 0,
    to: train.items,
    k: 50,
    weighting: DEFAULT_WEIGHTING,
  });
  const file = createWriteStream(recs);
  for (const user of test.keys())
    file.write(`${user}\t${recommend(train, rows, user, 20).join(",")}\n`);
  file.end();
}
