/** What the environment says of YouTube, for the Worker: a developer's key is for this run and is kept nowhere. */
const NAMES = ["YOUTUBE_API_KEY", "YOUTUBE_BASE_URL", "YOUTUBE_LIMITS"] as const;

export function youtubeVars(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const vars: Record<string, string> = {};
  for (const name of NAMES) {
    const value = environment[name];
    if (value !== undefined && value !== "") vars[name] = value;
  }
  return vars;
}
