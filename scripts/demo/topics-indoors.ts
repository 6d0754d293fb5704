import { type Topic, words } from "./topic.ts";

export const topicsIndoors: readonly Topic[] = [
  {
    category: "Food",
    subjects: words(
      "sourdough, ramen, focaccia, pho, shakshuka, biryani, paella, kimchi, gnocchi, falafel, tiramisu, risotto, lemon tart, clam chowder, flatbread, miso soup, pad thai, apple strudel, goulash, moussaka",
    ),
    places: words(
      "Naples, Osaka, Lyon, Oaxaca, Hanoi, Tbilisi, Istanbul, Lima, Porto, Chengdu, Marrakesh",
    ),
    titles: [
      "{s} from scratch, {a}",
      "My grandmother's {s}, written down at last",
      "{n} days of {s}",
      "{s}: three mistakes and one good batch",
      "A stall in {p} that only makes {s}",
      "What goes wrong with {s}, and how to rescue it",
      "{s} the way they make it in {p}",
      "Learning {s} from a cook in {p}",
      "{s} {a}",
    ],
    asides: words(
      "on one burner, with no oven, in a tiny kitchen, for a crowd, under ten euros, before work, without a scale, for beginners",
    ),
    tags: words("recipe, cooking, home kitchen, street food, baking, dinner, slow food"),
    channels: words("Kitchen, Table, Pantry, Skillet, Larder"),
    medianMinutes: 11,
  },
  {
    category: "Music",
    subjects: words(
      "nocturne, string quartet, bossa nova, fado, cello suite, jazz standard, lullaby, tango, raga, piano trio, folk song, synth line, drum solo, bass groove, choir piece, waltz, ballad, blues riff",
    ),
    places: words(
      "Lisbon, Havana, Vienna, Reykjavik, Dakar, Kyoto, New Orleans, Salvador, Tallinn, Glasgow",
    ),
    titles: [
      "One {s}, one take, no edits",
      "Playing a {s} {a}",
      "The {s} that nobody in {p} forgets",
      "Live from {p}: a {s} {a}",
      "How to hear a {s} for the first time",
      "A {s} for {n} strings",
      "Writing a {s} in {n} hours",
      "This {s} has only {n} notes",
      "Late night {s} from a rooftop in {p}",
    ],
    asides: words(
      "by candlelight, in an empty church, on a broken piano, with a loop pedal, in a stairwell, at half speed, with strangers, before sunrise",
    ),
    tags: words("music, live session, acoustic, performance, instrumental, concert, practice"),
    channels: words("Sessions, Recordings, Ensemble, Strings, Radio"),
    medianMinutes: 5,
  },
  {
    category: "Film",
    subjects: words(
      "film noir, silent comedy, heist movie, road movie, western, stop motion, ghost story, courtroom drama, space opera, musical, spy thriller, long take, jump cut, opening scene, soundtrack, title sequence",
    ),
    places: words("Rome, Tokyo, Paris, Mumbai, Berlin, Seoul, Copenhagen, Prague, Buenos Aires"),
    titles: [
      "What makes a {s} work, {a}",
      "The {s}, explained with {n} frames",
      "A short history of the {s}",
      "Shooting a {s} in {p} with no budget",
      "Why this {s} still looks new",
      "The {s} that changed cinema in {p}",
      "{n} tricks behind every {s}",
      "A {s} made by one person",
    ],
    asides: words(
      "shot by shot, without spoilers, in six minutes, from the editor's chair, with the sound off, frame by frame",
    ),
    tags: words("cinema, film essay, editing, storytelling, directing, film history"),
    channels: words("Reel, Frames, Cinema, Cutting Room, Projector"),
    medianMinutes: 14,
  },
  {
    category: "Games",
    subjects: words(
      "chess, puzzle game, city builder, speedrun, platformer, roguelike, tabletop campaign, pixel art level, boss fight, farming game, text adventure, racing game, card game, stealth mission, railway simulator",
    ),
    places: words("the first floor, the last save, level two, the tutorial, the hidden room"),
    titles: [
      "The {s} that I could not put down",
      "A {s} in {n} minutes",
      "Beating a {s} {a}",
      "How one person made this {s}",
      "{s}: {n} hours later",
      "The smallest {s} ever made",
      "Stuck in {p}: a {s} diary",
      "What a {s} taught me about patience",
    ],
    asides: words(
      "without taking damage, with my father, on a twenty-year-old laptop, using only the keyboard, at the second attempt, blindfolded",
    ),
    tags: words("gaming, indie, playthrough, strategy, retro, game design, challenge"),
    channels: words("Arcade, Save Point, Pixels, Playthrough, Console"),
    medianMinutes: 22,
  },
  {
    category: "Comedy",
    subjects: words(
      "family dinner, job interview, group chat, parking spot, flat share, wedding speech, video call, queue, gym membership, house party, moving day, office kitchen, first date, birthday party, lost remote",
    ),
    places: words(
      "at the office, at my parents' house, at the airport, in a lift, at the supermarket, at the dentist",
    ),
    titles: [
      "Every {s} ever",
      "If a {s} were honest",
      "A {s} {a}",
      "The {s} that got out of hand",
      "{n} kinds of people at a {s}",
      "I read the manual for a {s}",
      "Meanwhile, {p}: a {s}",
      "My {s}, narrated like a nature film",
    ],
    asides: words(
      "in slow motion, with subtitles, as an opera, reviewed by my cat, in three acts, told backwards",
    ),
    tags: words("sketch, comedy, stand-up, everyday life, parody, short"),
    channels: words("Sketches, Nonsense, Giggles, Cabaret, Punchline"),
    medianMinutes: 4,
  },
  {
    category: "Technology",
    subjects: words(
      "mechanical keyboard, home server, radio receiver, 3D printer, compiler, solar charger, robot arm, old laptop, weather station, synthesiser, e-ink display, router, database, camera drone, game engine",
    ),
    places: words("my garage, a shed, the attic, a train, a hackerspace, a lighthouse"),
    titles: [
      "Building a {s} {a}",
      "How a {s} really works",
      "I used one {s} for {n} months",
      "Repairing a {s} that was thrown away",
      "A {s} for under {n} euros",
      "The quiet return of the {s}",
      "Inside a {s}: {n} parts and one idea",
      "Running a {s} from {p}",
    ],
    asides: words(
      "from spare parts, in a weekend, with no experience, the slow way, that lasts ten years, on batteries",
    ),
    tags: words("technology, hardware, electronics, open source, repair, engineering, review"),
    channels: words("Circuits, Labs, Bench, Signal, Workbench"),
    medianMinutes: 13,
  },
  {
    category: "Learning",
    subjects: words(
      "fraction, prime number, proof, map projection, sentence, calendar, alphabet, coin toss, sorting method, logarithm, triangle, dead language, memory trick, sundial, paradox",
    ),
    places: words(
      "a library in Bologna, a school in Nairobi, a ferry, a night class, a chess club",
    ),
    titles: [
      "What is a {s}, {a}",
      "The {s} that took {n} years to understand",
      "A {s} in {n} minutes",
      "Why every {s} has an exception",
      "One {s}, explained {a}",
      "The most beautiful {s} I know",
      "How I teach a {s} in {p}",
      "A {s} you can draw",
    ],
    asides: words(
      "with paper and scissors, without formulas, for the curious, with a loaf of bread, in plain words, by hand",
    ),
    tags: words("education, explained, mathematics, language, teaching, study"),
    channels: words("Classroom, Notebook, Lectures, Chalkboard, Primer"),
    medianMinutes: 9,
  },
];
