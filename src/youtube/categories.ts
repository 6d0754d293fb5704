/**
 * YouTube's video categories by id, as `videoCategories.list` names them. The list has not changed since 2013, and
 * asking for it would cost a unit a region; ids 18, 21 and 30 to 44 can no longer be assigned but still occur.
 */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["1", "Film & Animation"],
  ["2", "Autos & Vehicles"],
  ["10", "Music"],
  ["15", "Pets & Animals"],
  ["17", "Sports"],
  ["18", "Short Movies"],
  ["19", "Travel & Events"],
  ["20", "Gaming"],
  ["21", "Videoblogging"],
  ["22", "People & Blogs"],
  ["23", "Comedy"],
  ["24", "Entertainment"],
  ["25", "News & Politics"],
  ["26", "Howto & Style"],
  ["27", "Education"],
  ["28", "Science & Technology"],
  ["29", "Nonprofits & Activism"],
  ["30", "Movies"],
  ["31", "Anime/Animation"],
  ["32", "Action/Adventure"],
  ["33", "Classics"],
  ["34", "Comedy"],
  ["35", "Documentary"],
  ["36", "Drama"],
  ["37", "Family"],
  ["38", "Foreign"],
  ["39", "Horror"],
  ["40", "Sci-Fi/Fantasy"],
  ["41", "Thriller"],
  ["42", "Shorts"],
  ["43", "Shows"],
  ["44", "Trailers"],
]);

const IDS: ReadonlyMap<string, string> = new Map(
  // Two categories are called Comedy: the first, which is in use, wins.
  [...NAMES].toReversed().map(([id, name]) => [name.toLowerCase(), id]),
);

/** Empty when YouTube has added one that we do not know. */
export const categoryNameOf = (id: string): string => NAMES.get(id) ?? "";

/** The id for an id or a name, whatever its case. */
export function categoryIdOf(idOrName: string): string | undefined {
  const text = idOrName.trim();
  return NAMES.has(text) ? text : IDS.get(text.toLowerCase());
}
