import type { CycleA } from "./cycle-a.ts";

export type CycleB = { readonly a?: CycleA };
