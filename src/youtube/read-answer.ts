/** What an HTTP answer of YouTube says. */
import { judgeAnswer, type YouTubeFault } from "./youtube-errors.ts";
import { listAnswerSchema } from "./youtube-schemas.ts";

/** Fifty videos with descriptions of 5,000 characters are 400 KB. */
const SIZE_LIMIT_BYTES = 2_000_000;

export type ReadAnswer =
  | {
      readonly outcome: "items";
      readonly items: readonly unknown[];
      readonly etag: string | undefined;
    }
  /** What we have is what there is. */
  | { readonly outcome: "unchanged" }
  | {
      readonly outcome: "fault";
      readonly fault: Exclude<YouTubeFault, "broken">;
      readonly reason: string;
      readonly retryAfterSeconds: number | undefined;
      readonly serverDateMs: number | undefined;
    };

/** An answer that is none: a failure of the server, or something else than the API's JSON. */
export class BrokenAnswerError extends Error {
  override readonly name = "BrokenAnswerError";
  /** False when the same request would be answered in the same way. */
  readonly passing: boolean;
  readonly retryAfterSeconds: number | undefined;

  constructor(reason: string, passing: boolean, retryAfterSeconds?: number) {
    super(reason);
    this.passing = passing;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Throws `BrokenAnswerError`, and whatever the connection throws. */
export async function readAnswer(answer: Response): Promise<ReadAnswer> {
  if (answer.status === 304) {
    await answer.body?.cancel();
    return { outcome: "unchanged" };
  }
  const body = await boundedText(answer);
  if (answer.ok) return listOf(body, answer.headers.get("ETag"));
  const { fault, reason } = judgeAnswer(answer.status, body);
  const retryAfterSeconds = secondsOf(answer.headers.get("Retry-After"));
  if (fault === "broken") {
    throw new BrokenAnswerError(
      `YouTube answered ${answer.status} ${reason}`,
      answer.status >= 500,
      retryAfterSeconds,
    );
  }
  return {
    outcome: "fault",
    fault,
    reason,
    retryAfterSeconds,
    serverDateMs: serverDateMsOf(answer),
  };
}

export function serverDateMsOf(answer: Response): number | undefined {
  const dateMs = Date.parse(answer.headers.get("Date") ?? "");
  return Number.isNaN(dateMs) ? undefined : dateMs;
}

function listOf(body: string, headerEtag: string | null): ReadAnswer {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new BrokenAnswerError("YouTube's answer is not JSON", false);
  }
  const list = listAnswerSchema.safeParse(json);
  if (!list.success) throw new BrokenAnswerError("YouTube's answer has another shape", false);
  const { items, etag } = list.data;
  // The API writes its tags without the quotes that HTTP wants.
  return {
    outcome: "items",
    items,
    etag: headerEtag ?? (etag === undefined ? undefined : `"${etag.replaceAll('"', "")}"`),
  };
}

/** Seconds; the form with a date is never used by Google. */
function secondsOf(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

async function boundedText({ body }: Response): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let sizeBytes = 0;
  // Leaving the loop early cancels the stream.
  for await (const piece of body) {
    sizeBytes += piece.length;
    if (sizeBytes > SIZE_LIMIT_BYTES) {
      throw new BrokenAnswerError("YouTube's answer is too long", false);
    }
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
