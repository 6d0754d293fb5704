/** Items that are worth showing to somebody new: few saw them and liked them, or more do by the hour. */
export const DISCOVERIES = ["under_exposed", "trending"] as const;
export type Discovery = (typeof DISCOVERIES)[number];

/** As columns and rows hold it: the position + 1 in `DISCOVERIES`; 0 for none. */
export const discoveryCode = (discovery: Discovery | undefined): number =>
  discovery === undefined ? 0 : DISCOVERIES.indexOf(discovery) + 1;
