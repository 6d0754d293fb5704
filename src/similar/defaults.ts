/**
 * What was chosen by measuring (`npm run evaluate -- <folder> --sweep`), Recall@20 / NDCG@20 on Gowalla's carve-out for
 * tuning and on Amazon Electronics: the walk with beta .3 and 50 neighbours has .2149/.1232 and .1421/.0833, Jaccard with
 * a significance of 20 has .1771/.1010 and .1267/.0781. More neighbours than 50 gain a hundredth and cost twice the memory.
 */
import type { Weighting } from "./neighbours.ts";

export const DEFAULT_WEIGHTING: Weighting = { formula: "rp3beta", alpha: 0.6, beta: 0.3 };

/** From so many likes on, a user's lists are made of what goes together with them; below, of content. */
export const COLLABORATIVE_FROM = 3;

/** Neighbours an item keeps, where memory allows. */
export const NEIGHBOURS_LIMIT = 50;
