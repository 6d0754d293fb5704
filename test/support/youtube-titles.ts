/** What generated videos are called. `{n}`, `{place}`, `{who}` and `{thing}` are filled in. */
export const PLACES = [
  "Lisbon",
  "Kyoto",
  "Patagonia",
  "Oslo",
  "Marrakesh",
  "Chicago",
  "Mumbai",
  "the Alps",
];
export const PEOPLE = [
  "Ana Ruiz",
  "DJ Marlow",
  "The Okafors",
  "Lena & Tom",
  "Kenji",
  "Sara Novak",
  "Big Theo",
  "Priya",
];
export const THINGS = [
  "a wooden boat",
  "the pyramids",
  "black holes",
  "sourdough bread",
  "an old engine",
  "memory",
  "coral reefs",
  "chess",
];

interface Shelf {
  readonly categoryId: string;
  readonly titles: readonly string[];
  readonly tags: readonly string[];
}

export const SHELVES: readonly Shelf[] = [
  {
    categoryId: "10",
    titles: [
      "{who} - Midnight Train (Official Video)",
      "{who}: live performance in {place}",
      "Relaxing piano for sleep {n} hours",
      "Jazz live at {place}, part {n}",
      "Guided meditation with ambient music #{n}",
    ],
    tags: ["music", "song", "piano", "relaxing"],
  },
  {
    categoryId: "20",
    titles: [
      "Minecraft walkthrough part {n}",
      "{who} speedrun in {n} minutes",
      "Esports final {place}: full match",
      "Is this gameplay fair? {n} tries",
    ],
    tags: ["gaming", "gameplay", "esports"],
  },
  {
    categoryId: "17",
    titles: [
      "{place} United {n}-1: all goals and highlights",
      "Basketball: {who} scores {n}",
      "Tennis final {place} highlights",
      "Home workout, day {n}",
    ],
    tags: ["football", "highlights", "fitness"],
  },
  {
    categoryId: "24",
    titles: [
      "{who} on the talk show: {thing}",
      "We lived {n} days with {thing} challenge",
      "Family fun with kids: {thing}",
      "Unsolved mystery of {place}: a true crime story",
    ],
    tags: ["entertainment", "celebrity", "family"],
  },
  {
    categoryId: "23",
    titles: ["{who} stand up comedy special {n}", "Funny sketch: {thing}", "Prank in {place} #{n}"],
    tags: ["comedy", "funny"],
  },
  {
    categoryId: "1",
    titles: [
      "{thing}: official trailer {n}",
      "Short film: A night in {place}",
      "Animation process: drawing {thing}",
      "Horror short film: room {n}",
    ],
    tags: ["trailer", "animation", "movie"],
  },
  {
    categoryId: "25",
    titles: [
      "Breaking news from {place}",
      "Election debate {n}: {who}",
      "Economy and business: what {thing} tells us",
      "Investing for beginners, lesson {n}",
    ],
    tags: ["news", "politics", "economy"],
  },
  {
    categoryId: "28",
    titles: [
      "Unboxing a {n} dollar smartphone",
      "NASA and {thing}: space explained",
      "Quantum physics for {who}, part {n}",
      "A robot that builds {thing}",
    ],
    tags: ["technology", "tech", "space"],
  },
  {
    categoryId: "27",
    titles: [
      "{thing} explained in {n} minutes",
      "History of {place}: the empire",
      "Philosophy lecture {n}: {thing}",
      "Study with me: {n} hours of productivity",
    ],
    tags: ["education", "lesson", "history"],
  },
  {
    categoryId: "26",
    titles: [
      "Easy recipe: {thing}, {n} steps",
      "Painting tutorial: {place}",
      "Makeup and outfit for {place}",
      "Morning routine habits #{n}",
    ],
    tags: ["diy", "recipe", "art"],
  },
  {
    categoryId: "15",
    titles: ["{who} and the puppy, day {n}", "Cats of {place}", "Wildlife of {place}: {thing}"],
    tags: ["animals", "dog", "cat"],
  },
  {
    categoryId: "2",
    titles: ["Restoration of {thing}, part {n}", "Car review in {place}", "Drag race: {n} cars"],
    tags: ["car", "engine"],
  },
  {
    categoryId: "19",
    titles: ["Travel guide: {place} in {n} days", "Road trip to {place} with {who}"],
    tags: ["travel", "adventure"],
  },
  {
    categoryId: "22",
    titles: [
      "Day in my life in {place} vlog {n}",
      "Storytime: {who} and {thing}",
      "Yoga and calm: day {n}",
    ],
    tags: ["vlog", "storytime"],
  },
  {
    categoryId: "29",
    titles: ["Charity run in {place}: {n} friends", "Volunteering with {who}"],
    tags: ["charity", "volunteering"],
  },
];

/** Share of videos, and what follows a title. */
export const LANGUAGES = [
  { code: "en", share: 0.6, mark: "" },
  { code: "es", share: 0.12, mark: " | en español" },
  { code: "pt", share: 0.08, mark: " | em português" },
  { code: "hi", share: 0.07, mark: " | हिन्दी में" },
  { code: "de", share: 0.05, mark: " | auf Deutsch" },
  { code: "fr", share: 0.04, mark: " | en français" },
  { code: "ja", share: 0.04, mark: "【日本語】" },
] as const;

export const LANGUAGE_OF_REGION: Readonly<Record<string, string>> = {
  ES: "es",
  MX: "es",
  AR: "es",
  CO: "es",
  BR: "pt",
  PT: "pt",
  IN: "hi",
  DE: "de",
  AT: "de",
  FR: "fr",
  JP: "ja",
};
