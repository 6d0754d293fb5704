import { type Topic, words } from "./topic.ts";

export const topicsOutdoors: readonly Topic[] = [
  {
    category: "Travel",
    subjects: words(
      "night train, ferry, bicycle tour, market, old town, mountain pass, desert road, island, harbour, tea house, coastal path, cable car, hostel, border town, canal boat",
    ),
    places: words(
      "Georgia, Patagonia, Hokkaido, the Faroes, Slovenia, Oman, Vietnam, Sicily, Scotland, Bolivia, Madeira, Laos, Morocco, Norway",
    ),
    titles: [
      "{n} days in {p} {a}",
      "A {s} in {p} you will not find in a guidebook",
      "The slowest {s} in {p}",
      "{p} by {s}",
      "I missed my {s} in {p}, and it was the best day",
      "Waking up on a {s} in {p}",
      "One {s}, {n} strangers: {p} {a}",
      "{p} {a}",
    ],
    asides: words(
      "with one bag, in the rain, off season, on foot, without a phone, with my grandfather, on ten euros a day",
    ),
    tags: words("travel, slow travel, journey, backpacking, city walk, landscape"),
    channels: words("Roads, Atlas, Passport, Horizons, Compass"),
    medianMinutes: 16,
  },
  {
    category: "Nature",
    subjects: words(
      "kingfisher, fox, beaver dam, coral reef, moss garden, barn owl, tide pool, wildflower meadow, glacier, octopus, beehive, old oak, heron, hedgehog, thunderstorm, mushroom ring, otter, salt marsh",
    ),
    places: words(
      "a city park, the Carpathians, Tasmania, the Camargue, the Baltic coast, the Azores, Yukon, the Cotswolds",
    ),
    titles: [
      "A year with one {s}",
      "{n} minutes of a {s}, no music",
      "The {s} at the end of the garden",
      "What a {s} does {a}",
      "Waiting {n} hours for a {s}",
      "A {s} in {p}, filmed {a}",
      "The secret life of a {s}",
      "How a {s} came back to {p}",
    ],
    asides: words(
      "at night, in winter, when nobody watches, before dawn, from a kayak, up close, in slow motion",
    ),
    tags: words("nature, wildlife, outdoors, documentary, birds, calm, ecology"),
    channels: words("Field Notes, Meadow, Wild, Habitat, Thicket"),
    medianMinutes: 10,
  },
  {
    category: "Science",
    subjects: words(
      "black hole, volcano, enzyme, comet, magnet, soap bubble, earthquake, neutron star, virus, prism, fossil, snowflake, tornado, pendulum, tardigrade, aurora, superconductor",
    ),
    places: words(
      "Antarctica, a mine in Finland, the Atacama, a kitchen, deep space, the lab next door",
    ),
    titles: [
      "What happens inside a {s}",
      "The {s} that should not exist",
      "A {s} at {n},000 frames a second",
      "Measuring a {s} {a}",
      "Why a {s} is stranger than you think",
      "{n} years of watching one {s}",
      "They went to {p} to find a {s}",
      "A {s}, explained {a}",
    ],
    asides: words(
      "with a ruler, from your window, without equations, in two minutes, with kitchen tools, to scale",
    ),
    tags: words("science, physics, experiment, space, biology, chemistry, explained"),
    channels: words("Observatory, Hypothesis, Lab Notes, Spectrum, Particles"),
    medianMinutes: 12,
  },
  {
    category: "Sport",
    subjects: words(
      "penalty, marathon, climbing route, free kick, rowing race, chess boxing match, downhill run, relay, table tennis rally, trail run, high dive, bouldering problem, cycling stage, surf session, fencing bout",
    ),
    places: words("Chamonix, Nairobi, Nazaré, Henley, Girona, Innsbruck, Yosemite, Bilbao"),
    titles: [
      "The longest {s} on record",
      "My first {s} {a}",
      "A {s} in {p}, uncut",
      "Training {n} weeks for one {s}",
      "Anatomy of a perfect {s}",
      "What a {s} feels like at forty",
      "{n} lessons from a lost {s}",
      "The {s} that {p} still talks about",
    ],
    asides: words(
      "in the rain, with a broken shoe, at sunrise, from the saddle, against the clock, on home ground",
    ),
    tags: words("sport, highlights, training, endurance, outdoors, competition"),
    channels: words("Sprint, Athletics, Overtime, Summit, Pitch"),
    medianMinutes: 7,
  },
  {
    category: "History",
    subjects: words(
      "lighthouse, printing press, shipwreck, forgotten map, Roman road, telegraph, castle, plague doctor, spice route, coin hoard, airship, medieval bridge, lost city, railway station, stone circle",
    ),
    places: words("Venice, Samarkand, Bruges, Alexandria, Cusco, Zanzibar, York, Gdańsk, Kyoto"),
    titles: [
      "The {s} that changed {p}",
      "A {s} and the {n} people who saved it",
      "Inside a {s}, {a}",
      "Who really built this {s}?",
      "{p}, {n} generations ago",
      "The last {s} in {p}",
      "How a {s} worked {a}",
      "A {s} found by accident",
    ],
    asides: words(
      "room by room, from letters, before electricity, as it was, through one diary, with a local guide",
    ),
    tags: words("history, archaeology, heritage, documentary, archive, old maps"),
    channels: words("Archive, Chronicle, Ruins, Almanac, Relics"),
    medianMinutes: 19,
  },
  {
    category: "Making",
    subjects: words(
      "oak stool, leather wallet, wool blanket, clay teapot, knife, bookshelf, kite, paper lamp, canoe, wooden spoon, stained glass window, quilt, bicycle frame, guitar, garden bench, linen shirt",
    ),
    places: words("a village workshop, Kanazawa, Fez, Vermont, the Alps, a balcony"),
    titles: [
      "Making a {s} {a}",
      "One {s}, {n} hours, no talking",
      "A {s} from a fallen tree",
      "Restoring a {s} that waited {n} years",
      "My first {s}, with every mistake",
      "The last maker of this kind of {s} in {p}",
      "A {s} that will outlive me",
      "How to mend a {s}",
    ],
    asides: words(
      "with hand tools only, from scrap, in one afternoon, the traditional way, for a friend, without glue",
    ),
    tags: words("craft, making, woodworking, restoration, handmade, workshop, tutorial"),
    channels: words("Workshop, Handmade, Timber, Atelier, Anvil"),
    medianMinutes: 18,
  },
  {
    category: "Fitness",
    subjects: words(
      "morning stretch, yoga flow, kettlebell set, breathing drill, handstand, core routine, balance drill, mobility session, rowing workout, jump rope session, desk stretch, evening walk",
    ),
    places: words("the park, a small flat, the beach, the office, a hotel room"),
    titles: [
      "{n}-minute {s}",
      "A {s} {a}",
      "The only {s} I kept doing",
      "{s} for people who sit all day",
      "{n} days of one {s}",
      "A gentle {s} for {p}",
      "{s}: {n} days later",
      "Your first {s}, step by step",
    ],
    asides: words(
      "without equipment, for stiff backs, after a long day, in small spaces, for runners, for beginners",
    ),
    tags: words("fitness, workout, health, routine, mobility, no equipment"),
    channels: words("Movement, Motion, Stretch, Balance, Strides"),
    medianMinutes: 15,
  },
  {
    category: "Spaces",
    subjects: words(
      "tiny house, courtyard, spiral staircase, roof garden, brutalist library, timber cabin, tram depot, glass house, railway cottage, tiled façade, balcony garden, stone barn, houseboat, reading room",
    ),
    places: words(
      "Antwerp, Porto, Chandigarh, Helsinki, Mexico City, Kyoto, Ljubljana, Valparaíso, Rotterdam",
    ),
    titles: [
      "A {s} in {p}, {a}",
      "Living in a {s} for {n} months",
      "The {s} that {p} almost lost",
      "Drawing a {s} {a}",
      "{n} square metres: a {s} in {p}",
      "How light moves through a {s}",
      "The architect's own {s}",
      "A {s} built by neighbours",
    ],
    asides: words(
      "room by room, before and after, in morning light, on a small budget, with the owner, from the street",
    ),
    tags: words("architecture, interior, city, design, house tour, urbanism"),
    channels: words("Facades, Rooms, Blueprint, Corner House, Courtyard"),
    medianMinutes: 9,
  },
];
