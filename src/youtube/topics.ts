/**
 * The fixed vocabulary of topics: personality speaks in these words and in no others, so that users with like tastes
 * share lists, and a region costs at most as many searches a day as there are topics without a chart.
 *
 * Leanings are hypotheses to start with, which feedback corrects. They follow the direction, in general terms and
 * rounded to thirds, of published correlations between the Big Five and what people choose to read, hear and watch:
 * preferences for entertainment genres (Rentfrow, Goldberg & Zilca, Journal of Personality 2011: "aesthetic" and
 * "cerebral" with openness, "communal" with extraversion and agreeableness, "thrilling" against agreeableness and
 * conscientiousness, "dark" with openness and against conscientiousness), music (Rentfrow & Gosling, Journal of
 * Personality and Social Psychology 2003), and interests (Larson, Rottinghaus & Borgen, Journal of Vocational
 * Behavior 2002: artistic and investigative with openness, social and enterprising with extraversion). Those
 * correlations are weak, 0.1 to 0.4, which is why a leaning only orders lists and never shuts anything out.
 */
import type { Topic } from "./topic.ts";
import { leisureTopics } from "./topics-leisure.ts";
import { mindTopics } from "./topics-mind.ts";

/** In order of how many people they are for: ties are broken by it. */
export const TOPICS: readonly Topic[] = [...leisureTopics, ...mindTopics];

const byId: ReadonlyMap<string, Topic> = new Map(TOPICS.map((topic) => [topic.id, topic]));

export const topicOf = (id: string): Topic | undefined => byId.get(id);
