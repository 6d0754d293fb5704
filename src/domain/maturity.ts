/** Maturity ratings, mildest first (system C's order). An item without one is of unknown maturity. */
export const MATURITIES = ["G", "PG", "PG-13", "R", "NC-17"] as const;
export type Maturity = (typeof MATURITIES)[number];
