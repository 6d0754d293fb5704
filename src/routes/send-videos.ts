/** From a request to an answer of videos: what is asked of, and how what comes of it is sent. */
import { FailureError } from "../domain/failure.ts";
import { USER_ID_PATTERN, type UserId } from "../domain/ids.ts";
import { countPage } from "../feed/degradation.ts";
import type { VideoAnswer } from "../feed/video-answer.ts";
import { amendBody } from "../feed/video-body.ts";
import type { VideoCall } from "../feed/video-inputs.ts";
import { keptAnswer } from "./answer-headers.ts";
import type { AppContext } from "./context.ts";
import { degradedReasonOf, feedCallOf } from "./feed-call.ts";
import { mayExplain } from "./may-explain.ts";
import type { Asked } from "./video-inputs.ts";

/** By hand: a schema took longer than the rest of a hit. */
function userOf(c: AppContext): UserId {
  const user = c.req.param("user_id") ?? "";
  if (USER_ID_PATTERN.test(user)) return user as UserId;
  throw new FailureError("BAD_REQUEST", "The input is at fault.", {
    faults: [
      { path: "path.user_id", message: "must be 1 to 128 of A-Z a-z 0-9 . _ ~ : @ | + = -" },
    ],
  });
}

export function videoCallOf(c: AppContext): VideoCall {
  const { services, tenant } = c.get("call");
  return services.videos.callOf(tenant, feedCallOf(c, userOf(c)));
}

/** Without a turn of the event loop when the answer is in memory. */
export function answerVideos(
  c: AppContext,
  { inputs, refresh, explain }: Asked,
): Response | Promise<Response> {
  if (explain) mayExplain(c);
  const call = videoCallOf(c);
  const { answers } = c.get("call").services.videos;
  const answer = explain ? answers.explained(call, inputs) : answers.answer(call, inputs, refresh);
  return answer instanceof Promise
    ? answer.then((made) => sendVideos(c, made))
    : sendVideos(c, answer);
}

function sendVideos(c: AppContext, answer: VideoAnswer): Response {
  const call = c.get("call");
  const { tier, storedAtMs, retryAfterSeconds } = answer;
  const degraded = degradedReasonOf(c, answer.degraded, false);
  countPage(call.services.counters, degraded);
  // What is degraded about this request alone is not in the bytes that everybody gets.
  const body =
    degraded === answer.degraded
      ? answer.bytes
      : amendBody(answer.bytes, { degraded: true, degraded_reason: degraded });
  const ageMs = call.startedMs - storedAtMs;
  const response = keptAnswer(body, { tier, ageMs, degraded });
  if (retryAfterSeconds !== undefined) {
    response.headers.set("Retry-After", String(Math.ceil(retryAfterSeconds)));
  }
  return response;
}
