// breaks: no-cycle
import type { CycleB } from "./cycle-b.ts";

export type CycleA = { readonly b: CycleB };
