/** What answers give away: every byte of them, headers included. */
export interface Heard {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export async function hear(answering: Promise<Response>): Promise<Heard> {
  const answer = await answering;
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** Fields that name something which only one tenant or user is told of. */
const SECRET_FIELDS = new Set([
  "id",
  "key",
  "changed_by",
  "created_by",
  "started_by",
  "next_cursor",
  "next_page",
  "tracking_token",
  "request_id",
]);
/** Shorter ones are words such as `operator`. */
const SHORTEST_SECRET = 16;

/** What an answer told that no other answer may tell. */
export function secretsIn({ headers, text }: Heard): readonly string[] {
  const found = [headers.get("ETag"), headers.get("X-Request-Id")].filter(
    (value) => value !== null,
  );
  const lines = headers.get("Content-Type")?.includes("ndjson") ? text.split("\n") : [text];
  for (const line of lines.filter((each) => each.startsWith("{"))) {
    JSON.parse(line, (name: string, value: unknown) => {
      if (typeof value === "string" && SECRET_FIELDS.has(name)) found.push(value);
      return value;
    });
  }
  return found.filter((value) => value.length >= SHORTEST_SECRET);
}

/** Which of the secrets an answer gives away, beside what its caller said itself. */
export function leaksIn(
  { headers, text }: Heard,
  secrets: Iterable<string>,
  sent: readonly string[],
): string[] {
  const whole = [...headers].flat().join("\n") + text;
  const unsaid = sent
    .filter((said) => said !== "")
    .reduce((rest, said) => rest.replaceAll(said, ""), whole);
  return [...secrets].filter((secret) => unsaid.includes(secret));
}
