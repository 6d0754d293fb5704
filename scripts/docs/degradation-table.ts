/** The ladder of `src/feed/degradation.ts` as Markdown, for `docs/architecture.md`. */
import { type Reason, REASONS, type Step, STEPS } from "../../src/feed/degradation.ts";

export function renderDegradation(
  steps: readonly Step[] = STEPS,
  reasons: readonly Reason[] = REASONS,
): string {
  return [
    "| Step | Taken when | Keeps | `meta.cache` of `/recommend` | `feed_type` of `/v1/feed` | Counter |",
    "| --- | --- | --- | --- | --- | --- |",
    ...steps.map(
      ({ name, taken, keeps, cache, feedType, counter }) =>
        `| \`${name}\` | ${taken} | ${keeps} | ${cache} | ${feedType} | \`${counter}\` |`,
    ),
    "",
    "| `degraded_reason` | Step | What fails | `/recommend` gives | `/v1/feed` gives | `/api/v1/video` gives |",
    "| --- | --- | --- | --- | --- | --- |",
    ...reasons.map(
      ({ reason, step, fails, recommend, feed, videos }) =>
        `| \`${reason}\` | \`${step}\` | ${fails} | ${recommend} | ${feed} | ${videos} |`,
    ),
  ].join("\n");
}
