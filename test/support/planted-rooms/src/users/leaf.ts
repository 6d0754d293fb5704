export type Leaf = 1;
