// breaks: domain-imports
// Types count too: a type that points up is a word in the wrong room.
import type { Leaf } from "../users/leaf.ts";

export const leaf: Leaf = 1;
